"""Currencies of ISO 4217 and the number of decimals each one has.

Source: ISO 4217:2015, list one (active codes) as published by the maintenance agency on 2026-01-01,
and from list three the codes withdrawn since 2015 that old deals still carry. Codes without a minor
unit (metals, bond units, ``XXX`` for "no currency", ``XTS`` for tests) are no currency of an amount
and are left out on purpose.
"""

from __future__ import annotations

from typing import Final

_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""

# Lithuania, Croatia and Bulgaria joined the euro, the others were redenominated
_TWO_DECIMALS_WITHDRAWN = "ANG BGN CUC HRK LTL MRO SLL STD VEF ZWL"

_OTHER_DECIMALS: Final[dict[int, str]] = {
    0: "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_TWO_DECIMALS_WITHDRAWN.split(), 2),
    **{code: digits for digits, codes in _OTHER_DECIMALS.items() for code in codes.split()},
}
"""Decimals of each currency: one unit is ``10 ** EXPONENTS[code]`` minor units."""

SYMBOLS: Final[dict[str, str]] = {"€": "EUR", "£": "GBP", "₹": "INR", "₪": "ILS", "₺": "TRY"}
"""Signs that mean one currency only. ``$``, ``¥`` and ``kr`` mean several and are not here."""
