"""Contacts as people type them: a Vietnamese phone number in any of its forms, or an e-mail address.

Called by `citizens` and the pages of the account.
"""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from app.domain.refusals import BadContact, NoSms, OldPhone

# The mobile prefixes of 11-digit numbers and what they became from 15/09/2018 on, by the numbering plan of the
# Ministry of Information and Communications (circular 22/2014/TT-BTTTT).
PREFIXES = {
    **{f"016{last}": f"03{last}" for last in "23456789"},  # Viettel
    **{"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078"},  # MobiFone
    **{"0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082"},  # VinaPhone
    **{"0186": "056", "0188": "058"},  # Vietnamobile
    "0199": "059",  # Gmobile
}
OLD_LENGTH = 10  # digits after the leading 0
FIXED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP, PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST)


def normal_contact(text: str) -> tuple[str, str]:
    """(phone in E.164 form, "") or ("", e-mail) of what somebody typed; raises BadContact, OldPhone, NoSms."""
    text = text.strip()
    if "@" in text:
        try:
            return "", validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            raise BadContact() from None
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        raise BadContact() from None
    if number.country_code == 84 and (new := renumbered(str(number.national_number))):
        raise OldPhone(old=f"0{number.national_number}", new=new)
    if not phonenumbers.is_valid_number(number):
        raise BadContact()
    if phonenumbers.number_type(number) in FIXED:
        raise NoSms(phone=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), ""


def renumbered(national: str) -> str:
    """What a mobile number of eleven digits became, spaced for reading, or "" when it is none of them; `national`
    is without the leading 0."""
    new = PREFIXES.get(f"0{national[:3]}", "") if len(national) == OLD_LENGTH else ""
    number = new + national[3:]
    return f"{number[:4]} {number[4:7]} {number[7:]}" if new else ""
