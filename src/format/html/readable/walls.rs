//! Walls: pages that hold no article, but ask for something first.
//!
//! A wall is known by what it says and by how little else there is: an article about cookies is none.

use super::sheet::Sheet;
use super::told::Told;
use super::{Leaf, Page};
use crate::document::Wall;

/// The most words of prose that a wall has beside what it asks.
const MOST_OTHER_PROSE: f32 = 40.0;

/// The most words on a page that can be a wall.
const MOST_WORDS: f32 = 700.0;

/// What consent is asked for, at length.
const OF_CONSENT: &[&str] =
    &["cookie", "consent", "privacy", "partner", "datenschutz", "einwillig", "consentement", "privacidad", "publicité"];

/// A page with fewer words has hardly shown itself.
const FEW_WORDS: f32 = 30.0;

/// What walls say, in small letters, in several languages.
const SAYINGS: &[(Wall, &[&str])] = &[
    (
        Wall::Human,
        &[
            "verify you are human",
            "verify that you are human",
            "verifying you are human",
            "are you a robot",
            "not a robot",
            "checking your browser",
            "checking if the site connection is secure",
            "complete the security check",
            "unusual traffic",
            "captcha",
            "ddos protection by",
            "attention required! | cloudflare",
            "cloudflare ray id",
            "pardon our interruption",
            "press & hold",
            "press and hold to confirm",
            "automated access",
            "bist du ein mensch",
            "sie ein mensch sind",
            "kein roboter",
            "no eres un robot",
            "no soy un robot",
            "vérifiez que vous êtes humain",
            "pas un robot",
            "não sou um robô",
            "non sono un robot",
            "geen robot",
            "вы не робот",
            "确认您是真人",
            "人机验证",
            "ロボットではありません",
            "로봇이 아닙니다",
        ],
    ),
    (
        Wall::Script,
        &[
            "enable javascript",
            "javascript is disabled",
            "javascript is required",
            "requires javascript",
            "turn on javascript",
            "javascript to run this app",
            "javascript must be enabled",
            "without javascript",
            "javascript aktivieren",
            "javascript ist deaktiviert",
            "javascript in ihrem browser",
            "activer javascript",
            "activez javascript",
            "javascript est désactivé",
            "habilite javascript",
            "activa javascript",
            "habilitar javascript",
            "ative o javascript",
            "abilita javascript",
            "abilitare javascript",
            "schakel javascript",
            "aktivera javascript",
            "włącz javascript",
            "włączyć javascript",
            "включите javascript",
            "javascript отключен",
            "启用javascript",
            "启用 javascript",
            "javascriptを有効",
            "javascript を有効",
            "javascript를 활성화",
            "javascript'i etkinleştirin",
        ],
    ),
    (
        Wall::Consent,
        &[
            "we value your privacy",
            "before you continue",
            "accept all cookies",
            "cookies to continue",
            "consent to the use of cookies",
            "accept cookies",
            "manage your cookie",
            "cookie settings to continue",
            "cookies zustimmen",
            "alle cookies akzeptieren",
            "zustimmung zu cookies",
            "mit werbung und cookies",
            "bevor sie fortfahren",
            "accepter les cookies",
            "tout accepter",
            "avant de continuer",
            "aceptar cookies",
            "aceptar todas las cookies",
            "antes de continuar",
            "accetta i cookie",
            "aceitar cookies",
            "alle cookies accepteren",
            "cookies toestaan",
            "zaakceptuj pliki cookie",
            "принять все cookie",
        ],
    ),
    (
        Wall::LogIn,
        &[
            "log in to continue",
            "sign in to continue",
            "please log in",
            "please sign in",
            "you must be logged in",
            "you need to log in",
            "log in or sign up",
            "subscribe to continue",
            "subscribe to read",
            "to continue reading",
            "subscribers only",
            "already a subscriber",
            "create a free account",
            "members only",
            "melden sie sich an",
            "bitte anmelden",
            "nur für abonnenten",
            "jetzt abonnieren und weiterlesen",
            "connectez-vous",
            "réservé aux abonnés",
            "déjà abonné",
            "inicia sesión",
            "solo para suscriptores",
            "ya eres suscriptor",
            "accedi per continuare",
            "riservato agli abbonati",
            "faça login",
            "exclusivo para assinantes",
            "log in om verder",
            "alleen voor abonnees",
            "войдите, чтобы",
            "только для подписчиков",
            "请登录",
            "ログインしてください",
            "로그인이 필요",
        ],
    ),
];

/// Returns what stands before the page's text, if hardly anything else is there.
pub fn wall(page: &Page, told: &Told, leaves: &[Leaf<'_>], sheet: &Sheet) -> Option<Wall> {
    let all = sheet.all();
    if all.words > MOST_WORDS {
        return None;
    }
    if all.words < FEW_WORDS && needs_script(page, all.words) {
        return Some(Wall::Script);
    }
    let texts: Vec<String> = leaves.iter().map(|leaf| leaf.text.to_lowercase()).collect();
    let title = told.title.to_lowercase();
    SAYINGS.iter().find_map(|(wall, sayings)| {
        let says = |text: &str| sayings.iter().any(|saying| text.contains(saying));
        let mut is_said = says(&title);
        let mut other = 0.0;
        for (text, row) in texts.iter().zip(&sheet.rows) {
            if says(text) {
                is_said = true;
            } else if *wall != Wall::Consent || !OF_CONSENT.iter().any(|word| text.contains(word)) {
                other += row.sums.prose_words;
            }
        }
        (is_said && other <= MOST_OTHER_PROSE).then_some(*wall)
    })
}

/// Returns whether the page tells browsers without scripts that it needs them, or has scripts and nothing else.
fn needs_script(page: &Page, n_words: f32) -> bool {
    let notice = page.dom.select("noscript").text().to_lowercase();
    let sayings = SAYINGS.iter().find(|(wall, _)| *wall == Wall::Script).map_or(&[][..], |(_, sayings)| sayings);
    sayings.iter().any(|saying| notice.contains(saying)) || n_words < 1.0 && page.dom.select_single("script").exists()
}
