"""The Streamlit shell: it serves pages, reads the link, and hands pages what they draw."""
