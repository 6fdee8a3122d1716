use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use super::Error;

/// What a piece of personal data is.
///
/// ```
/// use kinglet_experts::redact::Kind;
///
/// let kind: Kind = "birth".parse()?;
/// assert_eq!((kind, kind.name(), kind.word()), (Kind::Birth, "birth", "DATE_OF_BIRTH"));
/// # Ok::<(), kinglet_experts::redact::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A person's name, or a part of it.
    Name,
    /// Where somebody lives or an office is.
    Address,
    /// A company, school, authority or association.
    Organisation,
    /// An e-mail address.
    Email,
    /// A telephone or fax number.
    Phone,
    /// A date of birth.
    Birth,
    /// A bank account, or what a person is known by at an organisation.
    Account,
    /// The number of a payment card.
    Card,
    /// An IBAN.
    Iban,
    /// What a state knows a person by.
    NationalId,
    /// An IP address.
    Ip,
    /// A URL with credentials in it.
    Url,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 12] = [
        Kind::Name,
        Kind::Address,
        Kind::Organisation,
        Kind::Email,
        Kind::Phone,
        Kind::Birth,
        Kind::Account,
        Kind::Card,
        Kind::Iban,
        Kind::NationalId,
        Kind::Ip,
        Kind::Url,
    ];

    /// Its name, as in the labels of a model.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Name => "name",
            Kind::Address => "address",
            Kind::Organisation => "organisation",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Birth => "birth",
            Kind::Account => "account",
            Kind::Card => "card",
            Kind::Iban => "iban",
            Kind::NationalId => "national_id",
            Kind::Ip => "ip",
            Kind::Url => "url",
        }
    }

    /// The word of its placeholders.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Name => "NAME",
            Kind::Address => "ADDRESS",
            Kind::Organisation => "ORGANISATION",
            Kind::Email => "EMAIL",
            Kind::Phone => "PHONE",
            Kind::Birth => "DATE_OF_BIRTH",
            Kind::Account => "ACCOUNT",
            Kind::Card => "CARD",
            Kind::Iban => "IBAN",
            Kind::NationalId => "NATIONAL_ID",
            Kind::Ip => "IP",
            Kind::Url => "URL",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Kind, Error> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| Error::Kind { name: name.to_owned() })
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
