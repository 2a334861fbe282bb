//! The loop: sleeps until something comes, takes all that waits, updates the model, and draws once.

mod own_editor;

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use ratatui::layout::Rect;

use crate::app::{App, Effect, Event, Options};
use crate::config::{Ground, theme};
use crate::error::{Error, Result};
use crate::library::Places;
use crate::picture::Graphics;
use crate::source::LoadOptions;
use crate::terminal::{self, Input, Reply, Screen, Signal};
use crate::text::width::{Ambiguous, Widths};
use crate::ui;
use crate::worker::Worker;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Quit,
    /// Another program, the system or the lost terminal ended it.
    By(Signal),
}

/// Something that wakes the loop.
#[derive(Debug)]
enum Wake {
    App(Event),
    Input(Input),
    Signal(Signal),
}

/// How long the first screen waits for its article, so that what is quick to read is seen at once and whole.
const FIRST_SCREEN: Duration = Duration::from_millis(60);

/// Reads until the reader quits. `options` lack the screen's size, which is asked of the terminal.
///
/// # Errors
///
/// If there is no terminal, or the only article to be shown cannot be opened.
pub fn read(
    options: Options,
    load: LoadOptions,
    library: Option<Places>,
    terminal_options: terminal::Options,
) -> Result<End> {
    terminal::install_panic_hook();
    let mut screen = Screen::enter(terminal_options)?;
    let ambiguous = options.ambiguous;
    let widths = screen.widths().chosen(ambiguous);
    widths.use_from_now_on();
    let (sender, wakes) = mpsc::channel();
    let tell = sender.clone();
    let worker = Worker::new(load, library, move |event| tell.send(Wake::App(event)).is_ok());
    let (columns, rows) = screen.size();
    let (app, effects) = App::new(Options { columns, rows, widths, cell: screen.cell(), ..options });
    let mut running = Loop { app, worker, end: None, graphics: None, scales: false, ambiguous };
    running.perform(effects, &mut screen)?;
    // While the worker reads, which it began first.
    let tell = sender.clone();
    terminal::listen_for_signals(move |signal| drop(tell.send(Wake::Signal(signal))))?;
    // A size that changed before that was told to nobody.
    if screen.measure() != (columns, rows) {
        running.take(Wake::Signal(Signal::Resize), &mut screen)?;
    }
    let beginning = Instant::now();
    // What the library knows comes before the article, and is nothing to be seen by itself.
    while let Ok(wake) = wakes.recv_timeout(FIRST_SCREEN.saturating_sub(beginning.elapsed())) {
        running.take(wake, &mut screen)?;
        if running.app.opening().is_none() {
            break;
        }
    }
    screen.listen(move |input| drop(sender.send(Wake::Input(input))))?;
    running.until_the_end(&wakes, &mut screen)
}

struct Loop {
    app: App,
    worker: Worker,
    end: Option<End>,
    /// What the model was told of pictures.
    graphics: Option<Graphics>,
    /// Whether it was told that the terminal has letters of more than one size.
    scales: bool,
    /// Who says how wide characters of ambiguous width are.
    ambiguous: Ambiguous,
}

impl Loop {
    fn until_the_end(mut self, wakes: &Receiver<Wake>, screen: &mut Screen) -> Result<End> {
        loop {
            if let Some(end) = self.end {
                return Ok(end);
            }
            let painted = screen.paint(|buffer| extras(ui::draw(&self.app, buffer)));
            if painted.is_err() {
                return Ok(End::By(Signal::Hangup));
            }
            if self.tell_widths(screen)? || self.tell_scales(screen)? || self.tell_graphics(screen)? {
                continue;
            }
            let wake = match screen.patience() {
                Some(patience) => wakes.recv_timeout(patience),
                None => wakes.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match wake {
                Ok(wake) => self.take(wake, screen)?,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(End::Quit),
            }
            for wake in wakes.try_iter() {
                self.take(wake, screen)?;
            }
        }
    }

    /// Has everything measured as the terminal does, where that is news; returns whether it was.
    fn tell_widths(&mut self, screen: &mut Screen) -> Result<bool> {
        let widths = screen.widths().chosen(self.ambiguous);
        if widths == Widths::current() {
            return Ok(false);
        }
        widths.use_from_now_on();
        let effects = self.app.update(Event::Widths(widths));
        self.perform(effects, screen)?;
        Ok(true)
    }

    /// Tells the model that the terminal has letters of more than one size, where that is news; returns whether it was.
    fn tell_scales(&mut self, screen: &mut Screen) -> Result<bool> {
        let scales = screen.scales();
        if scales == self.scales {
            return Ok(false);
        }
        self.scales = scales;
        let effects = self.app.update(Event::Scales(scales));
        self.perform(effects, screen)?;
        Ok(true)
    }

    /// Tells the model how pictures are shown, where that is known by now and news; returns whether it was.
    fn tell_graphics(&mut self, screen: &mut Screen) -> Result<bool> {
        let Some(graphics) = screen.graphics().filter(|graphics| self.graphics != Some(*graphics)) else {
            return Ok(false);
        };
        self.graphics = Some(graphics);
        let effects = self.app.update(Event::Graphics(graphics));
        self.perform(effects, screen)?;
        Ok(true)
    }

    fn take(&mut self, wake: Wake, screen: &mut Screen) -> Result<()> {
        let event = match wake {
            Wake::App(event) => Some(event),
            Wake::Input(input) => self.event_of(input, screen),
            Wake::Signal(Signal::Resize) => Some(resized(screen)),
            Wake::Signal(Signal::Continue) => {
                screen.resume()?;
                Some(resized(screen))
            }
            Wake::Signal(signal) => {
                self.end = Some(End::By(signal));
                None
            }
        };
        let effects = event.map(|event| self.app.update(event)).unwrap_or_default();
        self.perform(effects, screen)
    }

    fn event_of(&mut self, input: Input, screen: &mut Screen) -> Option<Event> {
        match input {
            Input::Key(press) => Some(Event::Key(press)),
            Input::Pointer(pointer) => Some(Event::Pointer(pointer)),
            Input::Paste(text) => Some(Event::Paste(text)),
            Input::Gone => {
                self.end = Some(End::By(Signal::Hangup));
                None
            }
            Input::Reply(reply) => {
                screen.learn(&reply);
                match reply {
                    Reply::Ground { red, green, blue } => Some(Event::Ground(ground((red, green, blue)))),
                    Reply::ThemeChanged { dark: true } => Some(Event::Ground(Ground::Dark)),
                    Reply::ThemeChanged { dark: false } => Some(Event::Ground(Ground::Light)),
                    Reply::Margins(true) => Some(Event::ColumnsScroll),
                    Reply::Margins(false)
                    | Reply::Synchronised(_)
                    | Reply::Attributes(_)
                    | Reply::Kitty(_)
                    | Reply::Version(_)
                    | Reply::Position { .. }
                    | Reply::Cell { .. } => None,
                }
            }
        }
    }

    fn perform(&mut self, effects: Vec<Effect>, screen: &mut Screen) -> Result<()> {
        for effect in effects {
            let Some(effect) = self.worker.perform(effect) else { continue };
            match effect {
                Effect::Copy(text) => drop(screen.write_clipboard(&text)),
                Effect::Title(title) => screen.set_title(&title),
                Effect::Redraw => screen.redraw(),
                Effect::Ambiguous(choice) => {
                    self.ambiguous = choice;
                    screen.redraw();
                    self.tell_widths(screen)?;
                }
                Effect::Edit(text) => {
                    let edited = screen.lend(|| own_editor::edit(&text))?;
                    let edited = edited.map_err(|error| error.context("the note is as it was").to_string());
                    for event in [resized(screen), Event::Edited(edited)] {
                        let effects = self.app.update(event);
                        self.perform(effects, screen)?;
                    }
                }
                Effect::Suspend => {
                    screen.suspend()?;
                    let event = resized(screen);
                    let effects = self.app.update(event);
                    self.perform(effects, screen)?;
                }
                Effect::Fail(message) => return Err(Error::new(message)),
                Effect::Quit => self.end = Some(End::Quit),
                // The worker's own.
                Effect::Load { .. }
                | Effect::Describe { .. }
                | Effect::Search { .. }
                | Effect::Highlight { .. }
                | Effect::Survey { .. }
                | Effect::Draw { .. }
                | Effect::Place { .. }
                | Effect::Library { .. }
                | Effect::Cancel(_) => {}
            }
        }
        Ok(())
    }
}

fn resized(screen: &mut Screen) -> Event {
    let (columns, rows) = screen.measure();
    Event::Resize { columns, rows }
}

fn ground(colour: (u8, u8, u8)) -> Ground {
    if theme::is_light(colour) { Ground::Light } else { Ground::Dark }
}

fn extras(drawn: ui::Extras) -> terminal::Extras {
    let link = |(column, row, columns, address)| terminal::Link { area: Rect::new(column, row, columns, 1), address };
    terminal::Extras {
        cursor: drawn.cursor,
        links: drawn.links.into_iter().map(link).collect(),
        pictures: drawn.pictures,
        large: drawn
            .large
            .into_iter()
            .map(|(column, row, columns, rows)| Rect::new(column, row, columns, rows))
            .collect(),
    }
}
