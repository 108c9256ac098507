"""Fault codes 故障码 that mean the same on every pile. A pile may send any other code of its maker's own: those are shown as they are."""

from enum import StrEnum


class KnownFault(StrEnum):
    EMERGENCY_STOP = "emergency_stop"
    OVER_TEMPERATURE = "over_temperature"
    OVER_VOLTAGE = "over_voltage"
    UNDER_VOLTAGE = "under_voltage"
    OVER_CURRENT = "over_current"
    LEAKAGE = "leakage"
    INSULATION = "insulation"
    GROUNDING = "grounding"
    CONNECTOR_LOCK = "connector_lock"
    CONTACTOR = "contactor"
    METER = "meter"
    POWER_MODULE = "power_module"
    COMMUNICATION = "communication"
    DOOR_OPEN = "door_open"
    SMOKE = "smoke"
    WATER = "water"
