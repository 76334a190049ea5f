//! The browser's side of sharing: shows what a link carries, opens sealed links, hands links and pictures on.

mod browser;
mod my_links;
mod open;
mod picture;

pub use browser::{can_share, copy_text, share_file};
pub use my_links::{MyLink, add_link, forget_link, my_links};
pub use open::{OpenError, delete_sealed, described_store, open_sealed};
pub use picture::{SharedPicture, file_of};
