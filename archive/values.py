"""What the values of published columns stand for, in Chinese: in the codebook, on pages, in files for Excel."""

from __future__ import annotations

KINDS = {
    "government": "人民政府",
    "office": "政府办公室",
    "department": "部门",
    "street_or_town": "街道、乡镇",
    "other": "其他机关",
}
OUTCOMES = {
    "ok": "正常",
    "empty": "没有报告",
    "fewer_than_before": "比以前少",
    "blocked": "被拦截",
    "unreachable": "无法访问",
    "robots": "网站不许采集",
    "changed_layout": "版式已变",
    "interrupted": "中断",
}
FAULTS = {"source": "报告本身", "reading": "读数存疑"}
SEVERITIES = {"error": "错误", "warning": "注意", "info": "提示"}
RULES = {
    "balance": "收与办不平衡",
    "row_sum": "各类申请人之和不等于总计",
    "outcome_sum": "各类结果之和不等于总计",
    "challenge_sum": "各种结果之和不等于总计",
    "carry": "上年结转与上年报告不符",
    "in_force": "现行有效件数与上年报告不符",
    "jump": "与本机关其他年份相差悬殊",
    "peers": "与同类机关相差悬殊",
    "stated": "正文所说与表格不符",
    "period": "统计期间与标题年度不符",
    "impossible": "不可能的数",
    "late": "逾期公布",
    "missing": "缺少部分",
    "unread": "未能读出",
    "identity": "归属存疑",
    "second_reader": "由另一读取程序读出",
    "converted": "转换后读取",
    "prose_elsewhere": "正文取自另一文件",
    "ocr": "OCR 识别",
    "corrected": "人工更正",
    "asked_again": "更正待重新确认",
}
TOPICS = {
    "disclosure": "主动公开",
    "requests": "申请",
    "challenges": "复议诉讼",
    "procurement": "政府采购",
}
