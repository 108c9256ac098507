"""A new charging station (充电站)."""

from datetime import datetime

from backend.gateways.ids import new_number
from backend.live import nearby
from backend.models import Operator, Station, Tariff
from backend.models.engine.database import after_commit, transactional


@transactional
def register_station(
    *,
    operator: Operator,
    tariff: Tariff | None,
    name: str,
    city: str,
    district: str,
    address: str,
    lat_e6: int,
    lng_e6: int,
    opening_hours: str,
    parking_fee: str,
    service_phone: str,
    now: datetime,
) -> Station:
    """A visible station; its position is GCJ-02 in millionths of a degree."""
    station = Station.create(
        station_no=new_number("Z", now),
        operator_id=operator.id,
        name=name,
        city=city,
        district=district,
        address=address,
        lat_e6=lat_e6,
        lng_e6=lng_e6,
        opening_hours=opening_hours,
        parking_fee=parking_fee,
        service_phone=service_phone,
        tariff_id=None if tariff is None else tariff.id,
        created_at=now,
    )
    after_commit(lambda: nearby.put_stations([(station.station_no, lat_e6, lng_e6)]))
    return station
