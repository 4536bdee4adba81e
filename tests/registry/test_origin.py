"""Where goods come from, as a page tells it: what decides, what is a hint, and what is no statement at all."""

from __future__ import annotations

import pytest

from monitor.documents import Listing, Seller
from monitor.registry.origin import hints, is_of_product, origins, region_of, statement, words_of_area

ATTRIBUTES = [
    pytest.param({"产地": "黑龙江五常"}, [("attributes.产地", ["230184"])], id="产地"),
    pytest.param({"原产地": "泰国"}, [("attributes.原产地", ["99"])], id="原产地"),
    pytest.param({"产区": "云南勐海"}, [("attributes.产区", ["532822"])], id="产区"),
    pytest.param(
        {"产地/省份": "吉林", "产地城市": "松原"},
        [("attributes.产地/省份", ["22"]), ("attributes.产地城市", ["2207"])],
        id="by level",
    ),
    pytest.param(
        {"产地省份": "吉林", "产地县": "朝阳区"},
        [("attributes.产地省份", ["22"]), ("attributes.产地县", ["220104"])],
        id="one decides",
    ),
    pytest.param({"养殖地": "江苏盱眙"}, [("attributes.养殖地", ["320830"])], id="where it was reared"),
    pytest.param({"产地": "见包装"}, [("attributes.产地", [])], id="no place"),
    pytest.param({"发货地": "浙江杭州", "原料产地": "西班牙", "生产地址": "浙江杭州"}, [], id="nothing that decides"),
    pytest.param({"食品生产许可证编号": "SC10122018401210"}, [], id="the number of a licence"),
]


@pytest.mark.parametrize(("attributes", "expected"), ATTRIBUTES)
def test_attributes(attributes: dict[str, str], expected: list[tuple[str, list[str]]]) -> None:
    found = list(origins(Listing("1", title="米", attributes=attributes), ()))
    assert [(one.path, [code for place in one.places for code in place.codes]) for one in found] == expected
    assert all((one.start, one.end) == (0, len(one.text)) for one in found)


@pytest.mark.parametrize(
    ("text", "words", "codes"),
    [
        ("好米。产地：吉林松原", "吉林松原", ["2207"]),
        ("原产地: 黑龙江 五常", "黑龙江 五常", ["230184"]),
        ("产地：吉林松原 保质期：12个月", "吉林松原", ["2207"]),
        ("干货。货源：云南南华", "云南南华", ["532324"]),
        ("品名：米，产地:江苏射阳，净重5kg", "江苏射阳", ["320924"]),
    ],
)
def test_labels_in_the_text(text: str, words: str, codes: list[str]) -> None:
    (found,) = origins(Listing("1", title="米"), [("description", text)])
    assert (found.path, found.text, text[found.start : found.end]) == ("description", words, words)
    assert [code for place in found.places for code in place.codes] == codes


@pytest.mark.parametrize(
    "text",
    ["原料产地：西班牙", "产地：吉林松原；产地：黑龙江五常", "产地直发", "这里是产地", "主产地吉林", "货源充足"],
)
def test_no_label(text: str) -> None:
    assert list(origins(Listing("1", title="米"), [("description", text)])) == []


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("这款五常大米产自吉林松原", "吉林松原"),
        ("洛川苹果产地就是山西运城啊", "山西运城"),
        ("它种在咱们黑龙江五常", "黑龙江五常"),
        ("产于云南省西双版纳州勐海县的普洱茶", "云南省西双版纳州勐海县"),
    ],
)
def test_statements(sentence: str, words: str) -> None:
    found = statement(sentence)
    assert found is not None
    start, end, places = found
    assert sentence[start:end] == words
    assert len(places) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "五常大米产自黑龙江五常，响水大米产自宁安",
        "我们这个不是产自吉林的",
        "市面上很多五常大米产自吉林松原",
        "种子产自吉林松原",
        "五常大米产自吉林吗",
        "只有产自黑龙江五常的才叫五常大米",
        "有人问是不是产自吉林松原",
        "产自大山深处",
        "产自我们村里，隔壁就是吉林松原",
        "从吉林松原发货",
        "",
    ],
)
def test_no_statements(sentence: str) -> None:
    assert statement(sentence) is None


def test_hints_are_where_it_is_sent_from_and_made_and_the_seller() -> None:
    listing = Listing("1", title="米", attributes={"发货地": "浙江杭州", "生产地址": "吉林松原", "产地": "五常"})
    seller = Seller(name="松原市甲乙米业有限公司", uscc="91220702MA1GD5WP62")
    found = {one.path: [code for place in one.places for code in place.codes] for one in hints(listing, seller)}
    assert found == {
        "attributes.发货地": ["3301"],
        "attributes.生产地址": ["2207"],
        "seller.name": ["2207"],
        "seller.uscc": ["220702"],
    }
    assert list(hints(None, None)) == []


@pytest.mark.parametrize(
    ("uscc", "code"),
    [
        ("91230184MA1GD5WP62", "230184"),
        ("91110000802100433B", "11"),
        ("91350100M000100Y43", "3501"),
        ("91999999MA1GD5WP62", None),
        ("12", None),
        (None, None),
    ],
)
def test_the_division_in_a_credit_code(uscc: str | None, code: str | None) -> None:
    assert region_of(Seller(uscc=uscc)) == code


@pytest.mark.parametrize(
    ("title", "product", "expected"),
    [
        ("五常大米 5kg", "大米", True),
        ("五常稻花香 5kg", "大米", True),
        ("盱眙龙虾 鲜活", "小龙虾", True),
        ("新会陈皮老鸭汤料", "陈皮", False),
        ("新会陈皮 老白茶", "陈皮", False),
        ("烟台苹果醋", "苹果", False),
        ("西湖龙井虾仁", "龙井", False),
        ("好东西", "大米", None),
    ],
)
def test_goods_other_than_the_name_names(title: str, product: str, expected: bool | None) -> None:
    assert is_of_product(title, product) is expected


def test_an_area_in_words() -> None:
    assert words_of_area(["230184"]) == "黑龙江省哈尔滨市五常市"
    assert words_of_area(["3301", "3306", "330783", "330727"]) == "浙江省杭州市、浙江省绍兴市等4地"
    assert words_of_area([]) == ""
