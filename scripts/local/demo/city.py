"""The demo's city: Suzhou, with plausible stations at GCJ-02 positions, and the models of its piles."""

from dataclasses import dataclass
from typing import Final

from backend.domain.opening_hours import ALWAYS, DAYS, OpeningHours, Span
from backend.domain.pile import PileKind
from backend.domain.station_facts import Amenity, Construction

CITY: Final = "苏州市"
OPERATOR_NO: Final = "MA1XX0001"
OPERATOR_NAME: Final = "欣象新能源（演示）"
OTHER_OPERATORS: Final = ("江南充电（演示）", "绿行能源（演示）")
"""Beside it where a demo has more stations than the city's."""
SERVICE_PHONE: Final = "400-800-0512"
GUSU, HUQIU, WUZHONG, XIANGCHENG = "320508", "320505", "320506", "320507"
"""Districts of Suzhou by GB/T 2260; its industrial park has no code of its own there."""


@dataclass(frozen=True, slots=True)
class DemoStation:
    name: str
    division_code: str
    address: str
    lat_e6: int
    lng_e6: int
    hours: OpeningHours
    parking_fee: str
    # of ten piles, how many are fast (DC)
    fast_of_ten: int
    construction: Construction
    amenities: tuple[Amenity, ...]
    parking_spaces: int
    parking_info: str = ""
    site_guide: str = ""


def daily(opens_minute: int, closes_minute: int) -> OpeningHours:
    """The same every day."""
    return OpeningHours(spans=tuple(Span(day, opens_minute, closes_minute) for day in range(1, DAYS + 1)))


STATIONS: Final = (
    DemoStation(
        "苏州中心超级充电站",
        WUZHONG,
        "苏州大道西229号苏州中心P6停车场",
        31_317_040,
        120_678_920,
        ALWAYS,
        "充电期间免费停车2小时，之后每小时5元",
        8,
        Construction.LARGE_BUILDING,
        (Amenity.TOILET, Amenity.SHOP, Amenity.FOOD, Amenity.WIFI, Amenity.SHELTER, Amenity.LIGHTING),
        60,
        "限高 2.2 米，P6 停车场 B2 层",
        "从星港街入口进，跟着绿色充电标志走",
    ),
    DemoStation(
        "独墅湖高教区充电站",
        WUZHONG,
        "若水路388号停车楼负一层",
        31_274_180,
        120_737_650,
        ALWAYS,
        "免费停车",
        5,
        Construction.PUBLIC_BODY,
        (Amenity.TOILET, Amenity.SHELTER, Amenity.LIGHTING),
        40,
        "限高 2.1 米",
        "",
    ),
    DemoStation(
        "月光码头充电站",
        WUZHONG,
        "旺墩路269号月光码头地面停车场",
        31_318_560,
        120_708_330,
        ALWAYS,
        "充电期间免费停车3小时",
        7,
        Construction.CULTURE_SPORT,
        (Amenity.TOILET, Amenity.FOOD, Amenity.LIGHTING),
        32,
        "露天车位",
        "码头入口右侧第一排",
    ),
    DemoStation(
        "苏州站北广场充电站",
        GUSU,
        "苏站路1455号北广场P2停车场",
        31_334_470,
        120_610_210,
        ALWAYS,
        "前15分钟免费，之后每小时6元，充电减免1小时",
        9,
        Construction.TRANSPORT_HUB,
        (Amenity.TOILET, Amenity.SHOP, Amenity.FOOD, Amenity.REST_ROOM, Amenity.ATTENDED, Amenity.LIGHTING),
        80,
        "",
        "北广场 P2 停车场，入口在苏站路",
    ),
    DemoStation(
        "观前街充电站",
        GUSU,
        "观前街碧凤坊地下停车库B2层",
        31_311_260,
        120_627_480,
        daily(8 * 60, 22 * 60 + 30),
        "每小时8元，充电减免1小时",
        4,
        Construction.LARGE_BUILDING,
        (Amenity.TOILET, Amenity.SHOP, Amenity.FOOD, Amenity.SHELTER),
        24,
        "限高 2.0 米，车位较窄",
        "",
    ),
    DemoStation(
        "狮山龙湖天街充电站",
        HUQIU,
        "塔园路181号龙湖天街B3层",
        31_296_320,
        120_556_740,
        ALWAYS,
        "充电期间免费停车2小时",
        6,
        Construction.LARGE_BUILDING,
        (Amenity.TOILET, Amenity.SHOP, Amenity.FOOD, Amenity.WIFI, Amenity.SHELTER),
        36,
        "限高 2.2 米",
        "B3 层 C 区",
    ),
    DemoStation(
        "苏州北站充电站",
        XIANGCHENG,
        "南天成路苏州北站P3停车场",
        31_422_910,
        120_642_150,
        ALWAYS,
        "免费停车30分钟，之后每小时4元",
        10,
        Construction.TRANSPORT_HUB,
        (
            Amenity.TOILET,
            Amenity.SHOP,
            Amenity.REST_ROOM,
            Amenity.ATTENDED,
            Amenity.WHEELCHAIR,
            Amenity.LIGHTING,
        ),
        90,
        "",
        "",
    ),
    DemoStation(
        "石湖景区充电站",
        WUZHONG,
        "吴越路石湖景区东入口停车场",
        31_253_830,
        120_621_370,
        daily(6 * 60, 22 * 60),
        "景区停车每次10元，充电的车免停车费",
        3,
        Construction.GREEN_SPACE,
        (Amenity.TOILET, Amenity.LIGHTING),
        20,
        "",
        "东入口停车场最里面一排",
    ),
    DemoStation(
        "木渎影视城充电站",
        WUZHONG,
        "金山南路288号影视城地面停车场",
        31_252_640,
        120_517_960,
        ALWAYS,
        "免费停车",
        5,
        Construction.CULTURE_SPORT,
        (Amenity.TOILET, Amenity.CAR_WASH, Amenity.LIGHTING),
        30,
        "露天车位",
        "",
    ),
    DemoStation(
        "斜塘老街充电站",
        WUZHONG,
        "松涛街斜塘老街西停车场",
        31_298_570,
        120_743_420,
        ALWAYS,
        "充电期间免费停车2小时",
        4,
        Construction.CULTURE_SPORT,
        (Amenity.TOILET, Amenity.SHOP, Amenity.FOOD),
        28,
        "",
        "",
    ),
)


@dataclass(frozen=True, slots=True)
class DemoPileModel:
    vendor: str
    model: str
    kind: PileKind
    rated_w: int
    guns: int


FAST_MODELS: Final = (
    DemoPileModel("欣象", "XX-DC120D", PileKind.DC, 120_000, 2),
    DemoPileModel("欣象", "XX-DC160D", PileKind.DC, 160_000, 2),
    DemoPileModel("欣象", "XX-DC60S", PileKind.DC, 60_000, 1),
)
SLOW_MODEL: Final = DemoPileModel("欣象", "XX-AC7", PileKind.AC, 7_000, 1)
