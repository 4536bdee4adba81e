"""What codes are called, in Chinese and in English, for reports that people read."""

from __future__ import annotations

from typing import Final

from monitor.flags import Category, Severity

SEVERITY_LABELS: Final[dict[Severity, tuple[str, str]]] = {
    "info": ("提示", "info"),
    "low": ("轻微", "low"),
    "medium": ("一般", "medium"),
    "high": ("严重", "high"),
    "critical": ("危急", "critical"),
}
"""(Chinese, English), from the least to the gravest."""

CATEGORY_LABELS: Final[dict[Category, tuple[str, str]]] = {
    "absolute": ("绝对化用语", "superlative or absolute claim"),
    "state-authority": ("借国家机关名义", "use of state authority"),
    "medical": ("疾病预防治疗用语", "disease claim"),
    "health-function": ("保健功能宣称", "health function claim"),
    "certification": ("认证与标志", "certification or mark"),
    "licence": ("许可与应当标明的事项", "licence or mandatory item"),
    "origin": ("产地与地理标志", "origin or geographical indication"),
    "composition": ("成分与含量", "ingredient or content"),
    "data-source": ("数据、专利无出处", "figure or patent without source"),
    "price": ("价格比较", "price comparison"),
    "urgency": ("虚构紧俏或时限", "invented scarcity or deadline"),
    "unfair-terms": ("不公平格式条款", "unfair terms"),
    "inducement": ("好评返现与抽奖", "paid praise or prize"),
    "diversion": ("引到平台外交易", "moving buyers off the platform"),
    "endorsement": ("违规推荐证明", "forbidden endorsement"),
    "guarantee": ("保证与承诺效果", "promised effect or safety"),
    "disparagement": ("贬低他人", "running down competitors"),
    "prohibited-goods": ("禁止销售的商品", "prohibited goods"),
    "hardship": ("卖惨助农", "invented hardship"),
    "environment": ("环保宣称", "green claim"),
    "synthetic": ("人工智能生成未标识", "unlabelled synthetic media"),
}
"""(Chinese, English) of every code of the taxonomy."""
