"""The common spellings of each field of each table, in English, Russian and Chinese."""

# Spellings as `normal` leaves them: lower case, letters and digits only.
_CUSTOMER_ID = (
    "customerid", "customer", "customerkey", "customerno", "customernumber", "customercode", "custid", "custno", "client",
    "clientid", "clientno", "clientkey", "clientcode", "buyer", "buyerid", "userid", "memberid", "accountid", "accountno",
    "accountnumber", "householdid", "cardno", "cardnumber", "loyaltycard", "клиент", "кодклиента", "покупатель",
    "контрагент",
    "客户", "客户编号", "客户id", "顾客编号",
)  # fmt: skip
_PRODUCT_ID = (
    "productid", "productkey", "productseq", "productcode", "productno", "sku", "stockcode", "item", "itemid", "itemcode",
    "itemno", "articleno",
    "article", "articleid", "upc", "ean", "barcode", "lineitemsku", "артикул", "кодтовара", "商品编号", "产品编号",
)  # fmt: skip
_PRODUCT = (
    "product", "productname", "description", "itemname", "itemdescription", "articlename", "lineitemname", "товар",
    "номенклатура",
    "наименование", "商品", "商品名称", "产品",
)  # fmt: skip
_CATEGORY = (
    "category", "productcategory", "categoryname", "department", "productgroup", "producttype", "категория", "группатоваров",
    "类别", "分类",
)  # fmt: skip

_REGION = (
    "region", "country", "countryregion", "state", "territory", "salesterritory", "area", "market", "регион", "страна",
    "地区", "国家",
)  # fmt: skip
_CURRENCY = ("currency", "currencycode", "currencyid", "валюта", "货币", "币种")

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "order_lines": {
        "order_id": (
            "orderid", "order", "orderno", "ordernumber", "orderkey", "ordercode", "invoice", "invoiceid", "invoiceno",
            "invoicenumber", "transactionid", "transaction", "transactionno", "basketid", "basket", "receipt", "receiptid",
            "receiptno", "ticketno", "billno", "salesordernumber", "documentno", "заказ", "номерзаказа", "чек", "номерчека",
            "документ", "订单", "订单号", "订单编号",
        ),
        "customer_id": _CUSTOMER_ID,
        "date": (
            "date", "orderdate", "invoicedate", "orderdatetime", "invoicedatetime", "transactiondate",
            "transactiontimestamp",
            "purchasedate", "saledate", "salesdate", "receiptdate", "datetime", "timestamp", "createdat", "orderedat",
            "purchasedat", "paidat", "datecreated", "day", "orderdatekey", "datekey", "дата", "датазаказа", "датапродажи",
            "日期", "订单日期", "下单时间",
        ),
        "amount": (
            "amount", "revenue", "sales", "salesamount", "salesvalue", "netamount", "netsales", "netrevenue", "linetotal",
            "lineamount", "linerevenue", "total", "totalamount", "totalprice", "totalsales", "turnover", "value", "sum",
            "net",
            "сумма", "выручка", "стоимость", "金额", "销售额", "总价",
        ),
        "quantity": (
            "quantity", "qty", "orderquantity", "orderqty", "units", "unitssold", "pieces", "lineitemquantity", "количество",
            "кол", "колво", "数量",
        ),
        "unit_price": ("unitprice", "price", "priceperunit", "itemprice", "lineitemprice", "цена", "单价", "价格"),
        "cost": ("cost", "totalcost", "totalproductcost", "linecost", "cogs", "costofgoods", "себестоимость", "成本"),
        "unit_cost": ("unitcost", "costperunit", "costprice", "单位成本"),
        "discount": ("discount", "discountamount", "linediscount", "lineitemdiscount", "discountvalue", "скидка", "折扣"),
        "product_id": _PRODUCT_ID,
        "product": _PRODUCT,
        "category": _CATEGORY,
        "region": _REGION,
        "channel": ("channel", "saleschannel", "source", "sourcename", "orderchannel", "ordersource", "канал",
            "каналпродаж", "渠道"),
        "currency": _CURRENCY,
    },
    "customers": {"customer_id": _CUSTOMER_ID},
    "products": {"product_id": _PRODUCT_ID, "product": _PRODUCT, "category": _CATEGORY},
    "deals": {
        "deal_id": (
            "dealid", "deal", "dealno", "dealnumber", "dealkey", "opportunityid", "opportunity", "opportunityno",
            "opportunitynumber",
            "opportunitykey", "opportunityseq", "oppid", "quoteid", "tenderid", "сделка", "idсделки", "номерсделки",
            "кодсделки",
            "商机", "商机编号", "商机id", "交易编号",
        ),
        "account_id": (
            "accountid", "account", "accountkey", "accountseq", "accountno", "accountnumber", "companyid", "organizationid",
            "organisationid", *_CUSTOMER_ID,
        ),
        "opened": (
            "opened", "openedon", "openedat", "opendate", "dateopened", "created", "createdon", "createdat",
            "createddate", "createdate",
            "creationdate", "datecreated", "dealcreated", "opportunitycreatedon", "opportunitycreated", "startdate",
            "opened date",
            "датасоздания", "датаоткрытия", "создана", "创建日期", "创建时间",
        ),
        "closed": (
            "closed", "closedon", "closedat", "closedate", "closeddate", "dateclosed", "dealclosedon", "closingdate",
            "датазакрытия",
            "закрыта", "датазавершения", "关闭日期", "结束日期", "成交日期",
        ),
        "outcome": (
            "outcome", "status", "result", "dealstatus", "opportunitystatus", "wonlost", "iswon", "won", "исход",
            "статус", "результат",
            "статуссделки", "结果", "状态",
        ),
        "reason": (
            "reason", "lostreason", "lossreason", "losereason", "closedlostreason", "closedwonreason", "winlossreason",
            "outcomereason",
            "reasonlost", "причина", "причинаотказа", "причинапроигрыша", "原因", "失败原因", "输单原因",
        ),
        "stage": (
            "stage", "dealstage", "salesstage", "stagename", "opportunitystage", "pipelinestage", "стадия", "этап",
            "стадиясделки",
            "этапсделки", "阶段", "销售阶段",
        ),
        "stage_time": (
            "stagetime", "stagedate", "stagechanged", "stagechangedon", "stagechangedat", "stagechangedate", "changedat",
            "enteredat",
            "stageentered", "датаэтапа", "датасменыэтапа", "датастадии", "阶段日期", "阶段变更时间",
        ),
        "amount": (
            "amount", "value", "dealvalue", "dealamount", "opportunityamount", "contractvalue", "revenue", "total",
            "budget", "сумма",
            "суммасделки", "бюджет", "стоимость", "金额", "交易金额", "合同金额",
        ),
        "margin": ("margin", "profit", "grossmargin", "grossprofit", "маржа", "прибыль", "毛利", "利润"),
        "discount": ("discount", "discountamount", "discountvalue", "скидка", "折扣"),
        "discount_share": ("discountshare", "discountpct", "discountpercent", "discountrate", "скидкапроцент", "折扣率"),
        "contacts": (
            "contacts", "contactcount", "numberofcontacts", "numcontacts", "questions", "touches", "interactions",
            "activities",
            "numberofactivities", "контакты", "числоконтактов", "количествоконтактов", "联系次数",
        ),
        "changes": (
            "changes", "changerequests", "changesasked", "numberofchanges", "revisions", "изменения", "доработки",
            "правки", "变更次数",
            "修改次数",
        ),
        "region": _REGION,
        "channel": (
            "channel", "saleschannel", "source", "leadsource", "dealsource", "канал", "источник", "источниксделки",
            "渠道", "来源",
        ),
        "currency": _CURRENCY,
    },
    "touchpoints": {
        "person_id": (
            "personid", "person", "leadid", "lead", "visitorid", "visitor", "contactid", "userpseudoid", "sessionuser",
            "лид", "идентификаторлида", "посетитель", "пользователь", "用户", "用户id", "访客id", "线索", *_CUSTOMER_ID,
        ),
        "time": (
            "time", "timestamp", "eventtime", "eventtimestamp", "eventdate", "eventdatetime", "datetime", "date",
            "happenedat",
            "occurredat", "createdat", "activitydate", "время", "датаивремя", "дата", "时间", "事件时间", "日期",
        ),
        "step": (
            "step", "event", "eventname", "eventtype", "touchpoint", "touchpointtype", "interaction", "interactiontype",
            "action",
            "activity", "activitytype", "journeystep", "шаг", "событие", "действие", "касание", "типкасания", "步骤",
            "事件", "触点",
            "行为",
        ),
        "channel": (
            "channel", "medium", "source", "sourcemedium", "trafficsource", "campaignchannel", "канал", "источник",
            "渠道", "来源",
        ),
        "region": _REGION,
        "cost": ("cost", "spend", "touchcost", "price", "стоимость", "затраты", "расход", "成本", "费用"),
        "currency": _CURRENCY,
    },
    "survey": {
        "customer_id": ("respondentid", "respondent", "респондент", "受访者", "受访者编号", *_CUSTOMER_ID),
        "date": (
            "date", "surveydate", "answeredat", "answeredon", "submittedat", "responsedate", "timestamp", "дата",
            "датаопроса",
            "датаответа", "日期", "调查日期",
        ),
        "question": ("question", "questionid", "questiontext", "item", "вопрос", "问题", "题目"),
        "answer": ("answer", "response", "answertext", "reply", "ответ", "回答", "答案"),
    },
    "spend": {
        "date": ("date", "day", "month", "week", "period", "spenddate", "дата", "день", "месяц", "период", "日期", "月份"),
        "channel": (
            "channel", "marketingchannel", "medium", "source", "platform", "campaignchannel", "канал", "площадка",
            "источник", "渠道",
            "平台",
        ),
        "region": _REGION,
        "amount": (
            "amount", "spend", "spent", "adspend", "amountspent", "marketingspend", "cost", "costs", "totalcost",
            "expense", "expenses",
            "budget", "расход", "расходы", "затраты", "бюджет", "сумма", "花费", "支出", "费用", "投放金额",
        ),
        "currency": _CURRENCY,
    },
    "market": {
        "attribute": ("attribute", "characteristic", "trait", "признак", "характеристика", "показатель", "属性", "特征"),
        "value": ("value", "category", "level", "group", "segment", "значение", "категория", "группа", "取值", "值", "类别"),
        "share": (
            "share", "marketshare", "percent", "percentage", "proportion", "доля", "процент", "долярынка", "份额", "占比",
            "比例",
        ),
        "source": ("source", "reference", "origin", "источник", "来源"),
    },
    "notes": {
        "segment": ("segment", "persona", "сегмент", "персона", "细分", "客户角色"),
        "step": ("step", "шаг", "步骤"),
        "date": ("date", "day", "writtenon", "дата", "день", "日期"),
        "author": ("author", "writer", "writtenby", "by", "автор", "作者"),
        "note": ("note", "notes", "comment", "remark", "заметка", "примечание", "комментарий", "备注", "笔记"),
    },
}  # fmt: skip
# Taken where no column has a better name.
SECOND_CHOICE: dict[str, dict[str, tuple[str, ...]]] = {
    "deals": {
        "account_id": ("accountname", "company", "companyname", "organization", "organisation", "associatedcompany",
            "компания"),
        "deal_id": ("id", "recordid", "dealname", "opportunityname", "название"),
    },
    "touchpoints": {"time": ("day", "день")},
}  # fmt: skip
# Tables in which any further column is an attribute.
ATTRIBUTE_TABLES = frozenset({"customers", "products", "deals", "touchpoints"})
# Two of these together say which revenue is meant, so one of them may be missing.
MONEY_FIELDS = ("amount", "quantity", "unit_price")
# What a column of spending is called; an "amount" by day could be sales as well.
SPENDING = (
    "spend", "spent", "adspend", "amountspent", "marketingspend", "expense", "expenses", "расход", "расходы", "затраты",
    "花费",
    "支出", "投放金额",
)  # fmt: skip
# How the first filled cell of a row begins that a spreadsheet adds under its table.
TOTALS = r"^(grand |sub)?-?totals?\b|^sum\b|^итог|^всего|^合计|^总计"
