"""The 40 categories: department, price range in euros, cost as a share of the price, and the names from cheap to dear."""

from __future__ import annotations

from typing import NamedTuple


class Range(NamedTuple):
    """One category of goods."""

    department: str
    category: str
    low: float
    high: float
    cost_share: float
    products: tuple[str, ...]


def _range(department: str, category: str, low: float, high: float, cost_share: float, names: str) -> Range:
    return Range(department, category, low, high, cost_share, tuple(name.strip() for name in names.split(";")))


# fmt: off
RANGES: tuple[Range, ...] = (
    _range("Home", "Candles and scents", 2.5, 35, 0.42,
           "Tea lights, 24; Stump candle; Taper candles, 6; Scented candle, fig; Room spray, linen; Scented candle, cedar;"
           "Reed diffuser; Ceramic oil burner"),
    _range("Home", "Cushions and throws", 9, 80, 0.48,
           "Cushion filling; Cotton cushion cover; Striped cushion; Velvet cushion; Fleece throw; Knitted throw;"
           "Wool throw"),
    _range("Home", "Bed linen", 12, 140, 0.50,
           "Pillowcase, pair; Fitted sheet, single; Fitted sheet, double; Duvet cover, cotton; Duvet cover, linen;"
           "Summer duvet; Winter duvet; Down duvet"),
    _range("Home", "Towels and bath", 4, 55, 0.47,
           "Face cloths, 3; Guest towel; Hand towel; Bath mat; Bath towel; Shower curtain; Bathrobe"),
    _range("Home", "Rugs and mats", 10, 280, 0.52,
           "Coir doormat; Cotton runner; Jute mat; Woven rug, small; Woven rug, large; Wool rug, small; Wool rug, large"),
    _range("Home", "Lamps and bulbs", 4, 160, 0.50,
           "LED bulbs, 2; Night light; Clip lamp; Table lamp; Bedside lamp, pair; Pendant lamp; Arc floor lamp;"
           "Brass floor lamp"),
    _range("Home", "Frames and mirrors", 6, 150, 0.45,
           "Photo frame, small; Photo frame, large; Gallery frames, 3; Shaving mirror; Round mirror; Hall mirror;"
           "Standing mirror"),
    _range("Home", "Storage and baskets", 5, 70, 0.46,
           "Storage box, small; Seagrass basket; Storage box, large; Laundry bag; Lidded basket; Shoe rack;"
           "Laundry basket, willow; Chest, rattan"),
    _range("Home", "Vases and ornaments", 5, 75, 0.40,
           "Bud vase; Stoneware bowl; Glass vase; Carved bird; Ceramic vase; Decorative tray; Tall floor vase"),
    _range("Home", "Christmas decorations", 3, 120, 0.40,
           "Paper stars, 5; Glass baubles, 12; Fairy lights; Wooden angels, 3; Advent wreath; Nativity set;"
           "Lit garland; Artificial tree"),
    _range("Home", "Gift sets and wrapping", 3, 60, 0.41,
           "Wrapping paper, 3 rolls; Ribbon box; Gift bags, 5; Soap gift set; Tea gift box; Candle gift set;"
           "Spa gift basket; Gourmet hamper"),
    _range("Home", "Small furniture", 39, 380, 0.56,
           "Folding stool; Side table; Bookshelf, low; Coat stand; Coffee table; Bookshelf, tall; Reading chair"),
    _range("Kitchen", "Pots and pans", 15, 190, 0.53,
           "Milk pan; Frying pan, 20 cm; Saucepan; Frying pan, 28 cm; Wok; Stock pot; Casserole, cast iron; Pan set, 5"),
    _range("Kitchen", "Knives and boards", 8, 150, 0.48,
           "Paring knife; Bamboo board; Bread knife; Oak board; Santoku knife; Chef's knife; Knife block, 6"),
    _range("Kitchen", "Bakeware", 4, 45, 0.45,
           "Cookie cutters; Baking paper, 2 rolls; Muffin tin; Loaf tin; Springform tin; Mixing bowls, 3; Pie dish;"
           "Kitchen scales"),
    _range("Kitchen", "Tableware", 5, 160, 0.47,
           "Egg cups, 4; Cereal bowl; Dinner plate; Mug, stoneware; Serving platter; Breakfast set, 6; Dinner set, 12"),
    _range("Kitchen", "Glassware", 6, 80, 0.46,
           "Tumblers, 4; Water carafe; Beer glasses, 4; Wine glasses, 4; Champagne flutes, 4; Decanter;"
           "Crystal glasses, 6"),
    _range("Kitchen", "Cutlery", 5, 170, 0.47,
           "Teaspoons, 6; Salad servers; Steak knives, 4; Cake forks, 6; Children's cutlery; Cutlery set, 16;"
           "Cutlery set, 60"),
    _range("Kitchen", "Small appliances", 25, 390, 0.63,
           "Hand blender; Kettle; Toaster; Waffle iron; Food processor; Slow cooker; Stand mixer; Espresso machine"),
    _range("Kitchen", "Coffee and tea ware", 5, 75, 0.45,
           "Coffee filters, 200; Tea infuser; Espresso cups, 4; Travel mug; Cafetiere; Teapot, cast iron;"
           "Hand coffee grinder"),
    _range("Kitchen", "Food storage", 4, 50, 0.44,
           "Jam jars, 6; Lunch box; Storage jars, 3; Bread bag, linen; Glass boxes, 5; Spice rack; Bread bin;"
           "Vacuum containers, 6"),
    _range("Kitchen", "Table linen", 4, 65, 0.45,
           "Paper napkins, 50; Tea towels, 3; Linen napkins, 4; Table runner; Apron; Tablecloth, cotton;"
           "Tablecloth, linen"),
    _range("Garden", "Seeds and bulbs", 2, 22, 0.38,
           "Salad seeds; Flower seeds; Herb seeds, 6; Wildflower mix; Tulip bulbs, 20; Spring bulbs, 50; Lawn seed;"
           "Vegetable seed box"),
    _range("Garden", "Pots and planters", 4, 110, 0.46,
           "Terracotta pot, small; Hanging pot; Terracotta pot, large; Window box; Zinc planter; Raised planter;"
           "Glazed planter, large"),
    _range("Garden", "Hand tools", 6, 60, 0.47,
           "Gardening gloves; Hand trowel; Secateurs; Leaf rake; Spade; Garden fork; Hedge shears; Loppers"),
    _range("Garden", "Garden machines", 59, 480, 0.66,
           "Grass trimmer; Hedge trimmer; Leaf blower; Chain saw; Pressure washer; Lawn mower, electric;"
           "Lawn mower, cordless"),
    _range("Garden", "Garden furniture", 29, 590, 0.60,
           "Folding chair; Seat cushions, 4; Bistro table; Parasol; Deck chair; Bench, acacia; Sun lounger;"
           "Dining set, teak"),
    _range("Garden", "Barbecue", 6, 390, 0.58,
           "Charcoal, 5 kg; Grill brush; Barbecue tools; Fire bowl; Kettle grill; Smoker; Gas grill"),
    _range("Garden", "Watering", 5, 95, 0.48,
           "Plant mister; Hose nozzle; Watering can; Lawn sprinkler; Garden hose, 20 m; Hose reel; Water butt;"
           "Drip watering kit"),
    _range("Garden", "Soil and plant feed", 4, 25, 0.50,
           "Potting soil, 10 l; Plant feed; Lawn feed; Bark mulch, 50 l; Potting soil, 40 l; Compost, 60 l;"
           "Raised bed soil, 70 l"),
    _range("Garden", "Outdoor play", 6, 260, 0.55,
           "Garden chalk; Skipping rope; Paddling pool; Badminton set; Swing; Sandpit; Slide; Trampoline"),
    _range("Garden", "Outdoor lights", 5, 80, 0.47,
           "Solar stakes, 4; Lantern, small; Garden torches, 4; String lights; Wall light; Lantern, large;"
           "Path lights, 6"),
    _range("Office", "Paper", 4, 45, 0.62,
           "Sticky notes, 12; Notebook, A5; Envelopes, 100; Writing pads, 10; Copy paper, 500; Notebook, leather;"
           "Copy paper, 2,500; Coloured paper, 2,500"),
    _range("Office", "Pens and markers", 2, 40, 0.45,
           "Pencils, 12; Ball pens, 10; Highlighters, 6; Correction tape, 5; Gel pens, 10; Markers, 12;"
           "Fountain pen"),
    _range("Office", "Filing and folders", 3, 60, 0.50,
           "Plastic sleeves, 100; Dividers, 5; Lever arch file; Hanging folders, 25; Lever arch files, 10;"
           "Letter trays, 4; Archive boxes, 20; Drawer box"),
    _range("Office", "Printer ink and toner", 14, 160, 0.68,
           "Ink, black; Ink, colour; Label rolls, 4; Ink, set of 4; Toner, black; Drum unit; Toner, set of 4"),
    _range("Office", "Office chairs and desks", 59, 520, 0.60,
           "Visitor chair; Footrest and mat; Swivel chair; Desk, 120 cm; Ergonomic chair; Desk, 160 cm;"
           "Standing desk"),
    _range("Office", "Desk accessories", 3, 65, 0.46,
           "Paper clips, 500; Tape dispenser; Scissors; Stapler; Desk mat; Waste bin; Monitor stand; Desk lamp, LED"),
    _range("Office", "Whiteboards and meeting", 5, 190, 0.52,
           "Board magnets, 20; Board cleaner; Flip chart pad; Name badges, 100; Cork board; Whiteboard; Flip chart;"
           "Whiteboard, mobile"),
    _range("Office", "Break room and hygiene", 4, 48, 0.60,
           "Hand soap, 1 l; Bin liners, 100; Dish tabs, 60; Paper towels, 12; Tea bags, 200; Coffee beans, 1 kg;"
           "Toilet paper, 64; First aid kit"),
)
# fmt: on
