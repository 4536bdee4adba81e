"""The families of numbers, one class each: what a number looks like, how it stands in a text, what it tells by itself.

Each is documented with its source in its own module and, for readers, in ``docs/certificates.md``.
"""

from __future__ import annotations

from typing import Final

from monitor.registry.families.advertising import AdvertisementApproval
from monitor.registry.families.agri_input import FeedLicence, FertilizerRegistration, VeterinaryApproval
from monitor.registry.families.barcode import Barcode
from monitor.registry.families.cosmetic import CosmeticRegistration
from monitor.registry.families.credit_code import CreditCode
from monitor.registry.families.device import DeviceRegistration
from monitor.registry.families.disinfectant import DisinfectantLicence
from monitor.registry.families.drug import DrugApproval
from monitor.registry.families.food_business import FoodBusinessLicence
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.families.formula import InfantFormula, MedicalFormula
from monitor.registry.families.geographical_indication import (
    GeographicalIndication,
    IndicationAnnouncement,
    IndicationMark,
)
from monitor.registry.families.green_food import GreenFoodProducer, GreenFoodProduct
from monitor.registry.families.health_food import FormerHealthFood, HealthFood
from monitor.registry.families.management import Gap, Haccp, Iso, WildlifeLicence
from monitor.registry.families.mark import QualityProduct, Trademark
from monitor.registry.families.organic import OrganicCertificate, OrganicCode
from monitor.registry.families.patent import Patent
from monitor.registry.families.pesticide import PesticideBusiness, PesticideRegistration, PesticideTrace
from monitor.registry.families.seed import SeedLicence, SeedVariety
from monitor.registry.families.test_report import Cma, Cnas
from monitor.registry.identifier import Identifier

FAMILIES: Final[tuple[type[Identifier], ...]] = (
    FoodProductionLicence, FoodBusinessLicence, OrganicCertificate, OrganicCode, GreenFoodProduct, GreenFoodProducer,
    GeographicalIndication, IndicationAnnouncement, IndicationMark, HealthFood, FormerHealthFood, InfantFormula, MedicalFormula,
    DrugApproval, DeviceRegistration, PesticideRegistration, SeedLicence, SeedVariety, FertilizerRegistration, VeterinaryApproval,
    FeedLicence, Cma, Cnas, Patent, Trademark, QualityProduct, Gap, Haccp, Iso, WildlifeLicence,
)  # fmt: skip
"""Every family of a certificate type of the contract."""

OTHERS: Final[tuple[type[Identifier], ...]] = (
    CreditCode, CosmeticRegistration, AdvertisementApproval, PesticideTrace, PesticideBusiness, DisinfectantLicence, Barcode,
)  # fmt: skip
"""Families without a certificate type: recognised and read, never looked up."""
