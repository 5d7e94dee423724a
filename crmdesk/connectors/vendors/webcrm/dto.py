# SPDX-License-Identifier: MIT
"""PURE: the fields of every kind of record, as the vendor's description of its API lists them.

Written from ``webcrm-openapi.json`` (schemas ``…Dto``), which a test holds against these tables. Each property carries
the entity's name in front on the wire (``OrganisationName``); here it is left out. After the colon stands the type:
none text, i integer, d number, b truth, t date and time, {A|B} one of, a list of numbers, o object, x anything.
``Plus1..20`` is twenty fields. Servers have grown more fields since: unknown ones are carried along unread.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_RUN = re.compile(r"(?P<stem>.*?)(?P<first>\d+)\.\.(?P<last>\d+)")
_CUSTOM = re.compile(r"(?:.*(?:Custom|Plus)\d+)$")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a DTO.

    Attributes:
        name: as it stands on the wire. short: without the entity in front.
        kind: "text", "integer", "number", "truth", "moment", "choice", "list", "object" or "any".
        choices: for "choice", in the description's order.
    """

    name: str
    short: str
    kind: str
    choices: tuple[str, ...] = ()

    @property
    def is_custom(self) -> bool:
        """One of the fields a company gives its own meaning; text on the wire whatever it holds."""
        return _CUSTOM.match(self.short) is not None


_KINDS = {
    "": "text",
    "i": "integer",
    "d": "number",
    "b": "truth",
    "t": "moment",
    "a": "list",
    "o": "object",
    "x": "any",
}


@lru_cache(maxsize=64)
def properties(entity: str) -> tuple[Property, ...]:
    """The properties of an entity, in the description's order.

    Raises:
        KeyError: there is none of that name.
    """
    prefix = "" if entity == "ActivityNote" else entity
    found: list[Property] = []
    for word in _TEXT[entity].split():
        name, _, kind = word.partition(":")
        choices = tuple(kind[1:-1].split("|")) if kind.startswith("{") else ()
        told = "choice" if choices else _KINDS[kind]
        run = _RUN.fullmatch(name)
        shorts = [f"{run['stem']}{n}" for n in range(int(run["first"]), int(run["last"]) + 1)] if run else [name]
        found += [Property(prefix + short, short, told, choices) for short in shorts]
    return tuple(found)


_TEXT: Mapping[str, str] = {
    "Activity": """
        Action AssignedTo:i AutoCompleteMode:{None|Complete|Delete} CampaignDate:t CampaignId:i CampaignResult
        ClientName ClientTelephone Comment CreatedAt:t CreatedBy DateTime:t Description EventId:i Id:i Note
        OpportunityId:i OrganisationId:i OutlookSync:i PersonId:i Product Status:{Planned|Active|Completed}
        UpdatedAt:t UpdatedBy SecurityInfo:o Plus1..20 Custom1..15 Memo
    """,
    "ActivityNote": """
        Action Comment CreatedAt:t CreatedBy DateTime:t PersonName StatusText
    """,
    "Budget": """
        AccessLevel:i Comment CreatedAt:t CreatedBy CurrencyName DisplayOrder:i GmRevenue1..12:i GmRevenueNumber:i
        Id:i LanguageId:i MonthCount:i Name Precision:i RefIdNumber:i RefIdText Revenue1..12:i RevenueNumber:i
        RevenueType:{Undefined|Revenue|SplitRevenue} StartDate:t TerritoryId:i
        Type:{Undefined|Opportunity1stResponsible|Opportunity2ndResponsible|Opportunity1stOr2ndResponsible|Organisation1stResponsible|Organisation2ndResponsible|Organisation1stOr2ndResponsible|OrganisationTerritory|OrganisationType|OrganisationIndustry|SpecificOrganisation|OpportunityMainProductService|OpportunitySearchLabel1|OpportunitySearchLabel2|AllOpportunitiesAndDeliveries}
        UpdatedAt:t UpdatedBy UserGroupId:i UserId:i
    """,
    "Delivery": """
        AssignedTo:i AssignedTo2:i Comment CreatedAt:t CreatedBy CurrencyName Description Discount:d ErpId
        ErpReadOnly ErpStatus:{NotReadyForSynchronization|ReadyForSynchronization|Synchronized} ErpSyncDateTime:t
        GmRevenue1..12:d History Id:i NextFollowUp:t Note Number OpportunityCustom1..15 OpportunityMemo
        OpportunityPlus1..20:x OrderDate:t OrderGmValue:d OrderValue:d OrganisationId:i Percent:i PersonId:i Product
        ProductId:i QuotationLanguageId:i Responsible:i Revenue1..12:d Risk:{NoRisk|Small|Medium|High|Crises}
        Search1..2 SpentTime Status:{New|Planned|OnGoing|Completed|GeneralDelivery} Type:i UpdatedAt:t UpdatedBy
        UserGroupId:i WinPercent:i WinPercent2:i WinYesNo:b WonDate:t Plus1..20 Custom1..15 Memo
    """,
    "Document": """
        Id:i CampaignPublic CreatedAt:t CreatedBy Description File FileCode FileExtension FileName FileSize:i Folder
        IsAllowedAsAttachment:b LanguageCode:i LastUpdatedAt:t LastUpdatedBy
        LinkedEntityType:{Undefined|Organisation|Person|Activity|Product|Opportunity|Delivery|Meeting|Support}
        LinkedEntityId:i OrganisationId:i PublicLink Territory:i UserGroup:i UserId:i UploadedAt:t UploadCount:i
    """,
    "Event": """
        AssignedTo:i Comment CreatedAt:t CreatedBy DateTime:t Description Duration GroupId:i History Id:i
        Location:{Out|Home} OrganisationId:i OtherParticipates OutlookSync:i ParticipantIds:a PersonId:i Site
        Status:{Confirmed|Draft|Cancelled} Type:{Meeting|Private|Private24|PrivateDayOff|Holiday} UpdatedAt:t
        UpdatedBy SecurityInfo:o Plus1..20 Custom1..15 Memo
    """,
    "LinkedDataItem": """
        Data1..9 DataMemo
        EntityType:{Undefined|Organisation|Person|Activity|Meeting|Opportunity|Delivery|Product|SupportCase|SupportFaq}
        Id:i ItemGroup Price:d
    """,
    "Milestone": """
        ActualBillableHours:d ActualEndDate:t ActualRevenue1..12:d ActualStartDate:t ActualWorkHours:d ApprovedAt:t
        ApproverId:i ApproverName AssignedTo:i
        BillingStatus:{NoBilling0|NoBilling1|NoBilling2|Ongoing|WhenCompleted|HasBeenInvoiced} Comment CompleteDate:t
        CreatedAt:t CreatedBy Description Id:i LockerId:i LockerName OpportunityId:i OrganisationId:i
        PlannedBillableHours:d PlannedEndDate:t PlannedRevenue1..12:d PlannedStartDate:t PlannedWorkHours:d
        Status:{New|Planned|Ongoing|StandBy|Complete} UpdatedAt:t UpdatedBy Custom1..15 Memo
    """,
    "Opportunity": """
        AssignedTo:i AssignedTo2:i Comment CreatedAt:t CreatedBy CurrencyName Description Discount:d ErpId
        ErpReadOnly ErpStatus:{NotReadyForSynchronization|ReadyForSynchronization|Synchronized} ErpSyncDateTime:t
        GmRevenue1..12:d History Id:i Level:i LevelText Lost1..3 LostDate:t NextFollowUp:t Note Number OrderDate:t
        OrderGmValue:d OrderValue:d OrganisationId:i Percent:i PersonId:i Product ProductId:i QuotationLanguageId:i
        Revenue1..12:d Search1..2 SpentTime UpdatedAt:t UpdatedBy UserGroupId:i WinPercent:i WinPercent2:i WinYesNo:b
        Plus1..20 Custom1..15 Memo
    """,
    "Organisation": """
        Address Alert ApprovalStatus:i City Comment CompareName Country CreatedAt:t CreatedBy DivisionName Domain
        ExtraCustom1..8 Fax Gps Id:i ImageFileExtension Industry LastDisplayedAt:t
        LastItemType:{Undefined|Activity|Opportunity|Delivery|Meeting|SupportCase} LastItemUpdatedAt:t MarketDataId
        Name NoAds:b History OutlookSync:i OverlayUrl Owner:i Owner2:i PostCode ReportTemp:i Sla:i State Status
        Telephone TelephoneSearch TerritoryId:i Type UpdatedAt:t UpdatedBy VatCountry VatGroup VatNumber VatStatus
        VatVerifiedAt:t Www XDate1..2:t XInt1..8:i XMemo1..2 XText1..8 Plus1..20 Custom1..15 Memo
    """,
    "PersonB2C": """
        Address Alert CampaignPassword CampaignWrongPasswordCount:i CheckMark1..10:b City Comment Country DirectPhone
        Email ExtraCustom1..8 Fax FirstName Gps History Id:i Industry LastLoginDateTime:t LastName MemberGroupId:i
        MemberLanguageId:i MemberNumber MemberPassword MemberStartDate:t MemberStatusId:i MemberWrongPasswordCount:i
        MiddleName MobilePhone OrganisationComment OrganisationId:i OrganisationStatus OverlayUrl Owner:i Owner2:i
        PostCode Salutation SortOrder:i State Status:{Active|Resigned|Other|Guest} Telephone TerritoryId:i Title Type
        VatGroup Www Person1Custom1..15 Person1Memo Person1Plus1..20 Person2Custom1..15 Person2Memo
    """,
    "Person": """
        BlockMassEmail:b CampaignPassword CampaignWrongPasswordCount:i CheckMark1..10:b Comment CreatedAt:t CreatedBy
        DirectPhone Email EmailBounces:b FirstName Id:i ImageFileExtension LastLoginDateTime:t LastName LoginLog
        MarketDateId MemberGroupId:i MemberLanguageId:i MemberNumber MemberPassword MemberStartDate:t
        MemberStatusId:i MemberWrongPasswordCount:i MiddleName MobilePhone Name History OrganisationId:i Password
        Salutation Skype SortOrder:i Status:{Active|Resigned|Other|Guest} SupportLanguageId:i TelephoneSearch Title
        UpdatedAt:t UpdatedBy Plus1..20 Custom1..15 Memo
    """,
    "Product": """
        Combined Comment CostPrice:d CreatedAt:t CreatedBy Discount:d Id:i ListPrice:d History OrganisationId:i
        PersonId:i Price:d ProductYear:i Quantity:d SortOrder:i StockStatus UpdatedAt:t UpdatedBy VatCode Plus1..20
        Custom1..15 Memo
    """,
    "QuotationLine": """
        Comment CostPrice:d CreatedAt:t CreatedBy Data1..9 Discount:d Id:i ListPrice:d Memo OpportunityId:i
        OrganisationId:i PersonId:i Price:d Quantity:d SortOrder:i StockStatus UpdatedAt:t UpdatedBy VatPercentage:d
    """,
    "QuotationLineLinkedDataItem": """
        CostPrice:d VatCode Data1..9 DataMemo
        EntityType:{Undefined|Organisation|Person|Activity|Meeting|Opportunity|Delivery|Product|SupportCase|SupportFaq}
        Id:i ItemGroup Price:d
    """,
    "Relation": """
        Code:i Comment CreatedAt:t CreatedBy Id:i Organisation1Id:i Organisation2Id:i Person1Id:i Person2Id:i
        Type:{Undefined|PersonToPerson|OrganisationToPerson|OrganisationToOrganisation|LinkedOrganisations}
        UpdatedAt:t UpdatedBy
    """,
    "Revenue": """
        CreatedAt:t CreatedBy Date:t GmRevenue1..12:d Id:i Memo MonthsText OpportunityId:i OrganisationId:i
        RepeatMonth:i RepeatUntil:t Revenue1..12:d Text TotalGmReveue:d TotalRevenue:d UpdatedAt:t UpdatedBy
    """,
    "SupportCase": """
        Action AssignedTo:i CcBcc Channel:i CloseReason CreatedAt:t CreatedBy Deadline:t Description Duration:d
        History Id:i NotificationType:{Never|StatusEmail|StatusEmailAndMessage|Default} OpportunityId:i
        OrganisationId:i OwnerId:i PersonId:i Priority:{Undefined|High|Medium|Low} Product ProductId:i Solution
        Source:{Unknown|Email|Telephone|Fax|Website|LandingPage|Other} SpentTime Status:{Created|Ongoing|Closed}
        Subject Ticket:i UpdatedAt:t UpdatedBy Plus1..20 Custom1..15 Memo
    """,
    "EmailSupport": """
        AttachmentsString Body DateTime:t Direction:{Outbound|Inbound} Id:i OrganisationId:i SenderId:i SenderName
        Subject SupportCaseId:i
    """,
    "TimeExpense": """
        BillableHours:d CreatedAt:t CreatedBy Date:t EndDate:t FixedPrice:d FixedPriceText Id:i MilestoneId:i
        OpportunityId:i OrganisationId:i OvertimeBillableHours:d StartDate:t Text TravelHours:d
        Type:{Undefined|T|E|M|A|Delivery|Time} UpdatedAt:t UpdatedBy UserId:i WorkHours:d
    """,
    "User": """
        AccessId:i AccessLevel:i AddressFormat:{Scandinavian|UK|US} AdvancedGroups AuthenticationCode BccEmail
        BccMode:{NoTag|TagBeginning|TagEnd} BccTag BudgetNote
        CalendarColorScheme:{Scheme0|Scheme1|Scheme2|Scheme3|Scheme4|Scheme5|Scheme6|Scheme7|Scheme8|Scheme9|Dashboard}
        CreatedAt:t CreatedBy CurrencyName DateFormat:{DDhMMhYYYY|YYYYhMMhDD|MMsDDsYYYY|DDpMMpYYYY|YYYYpMMpDD}
        DecimalPoint DefaultSupportCaseChannel:i DefaultMemberGroupId:i DefaultOpportunity2ndResponsible:i
        DefaultOrganisation2ndResponsible:i Email GmtDifference:i GroupId:i Id:i Initials IntegrationId IpRestrict
        IsRestApiEnabled:b IsSpellCheckerEnabled:b IsSupportCaseAvailableStatusEnabled:b LanguageId:i
        LastLoginDateTime:t LastTryDateTime:t LoginCount:i LoginLog LoginName MobilePhone Name Password
        PasswordInUrl:b PasswordUpdatedAt:t PhoneParameters SmsLogin:i SoftCall SupportCaseExpirationDateTime:t
        SupportCaseLatest:t SupportCaseNotificationType:{Never|StatusEmail|StatusEmailAndMessage|Default}
        SupportCaseStatus:{Available|Busy|OffLine|Absent} SynchronizationMode:{Enabled|Disabled} Telephone
        Territories Ticket TicketExpirationDateTime:t TimeFormat:{Hours24|Hours12} Title UpdatedAt:t UpdatedBy
        WrongPasswordCount:i Custom1..15 Memo
    """,
}
