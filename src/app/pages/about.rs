//! The page about this site: how it works, what leaves the device and how to check it, whose work it stands on.

use leptos::prelude::*;

use crate::app::components::BackBar;

/// The page.
#[component]
pub(crate) fn About() -> impl IntoView {
    view! {
        <BackBar/>
        <main class="page">
            <h1>"How it works"</h1>
            <p class="lead">
                "You paint over what should go. Lacuna looks at the rest of the photo and fills the place so that \
                 nothing seems to be missing. All of it happens in this browser tab."
            </p>
            <Filling/>
            <Privacy/>
            <Checking/>
            <Licences/>
        </main>
    }
}

#[component]
fn Filling() -> impl IntoView {
    view! {
        <section>
            <h2>"What happens when you press Erase"</h2>
            <ol>
                <li>"Only a window around what you painted is worked on, at the photo's own resolution."</li>
                <li>
                    "Small patches from the rest of the photo are searched for that fit the place and each other, \
                     first coarsely, then finer and finer. You see each step as it is done."
                </li>
                <li>
                    "Meanwhile a small network, swift, guesses what was behind. Its guess is blurry but knows where \
                     a horizon goes on or a wall ends; the search is done once more with it as a guide."
                </li>
                <li>
                    "The fill is written into the photo with a soft edge of a few pixels around what you painted. \
                     Every pixel beyond that edge stays exactly as it was."
                </li>
                <li>"A download is made from the decoded original, not from what the screen shows."</li>
            </ol>
            <p>
                "The search is a multi-scale patch synthesis after Wexler, Shechtman and Irani (2007), with the \
                 randomised correspondence of Barnes and others (2009) and texture features after Newson and \
                 others (2014). The code is our own, and so is swift, which we trained on photographs whose \
                 licences allow it."
            </p>
        </section>
    }
}

#[component]
fn Privacy() -> impl IntoView {
    view! {
        <section>
            <h2>"What leaves your device"</h2>
            <p>
                <strong>"Nothing."</strong>
                " Your photo is read from your disk into this tab and saved from this tab to your disk. There is \
                  no server that could receive it: this site is a set of files. It sets no cookies and counts no \
                  visits."
            </p>
            <h3>"What stays on it"</h3>
            <p>
                "Your settings, such as the size of the brush, and the photo you work on with all that you did to \
                 it, so that a reload or a crash costs nothing. It lies in the browser's storage for this site, \
                 where no other site can look. It goes when you open another photo or close this one from the \
                 menu; the start page offers to go on with it or to remove it."
            </p>
            <h3>"What a saved file says"</h3>
            <p>
                "The colour profile, and the date, camera, lens, exposure, artist and copyright where the original \
                 names them. Where it was taken only when you switch that on. Everything else is left out, above \
                 all embedded previews and the camera maker's notes, which would still show what you erased."
            </p>
        </section>
    }
}

#[component]
fn Checking() -> impl IntoView {
    view! {
        <section>
            <h2>"How to check it"</h2>
            <ul>
                <li>
                    "Open the start page and a photo, disconnect from the network, and erase something. It works \
                     just as well."
                </li>
                <li>
                    "Open your browser's developer tools on the network panel and watch: files of this site come, \
                     and nothing goes. No request carries your photo."
                </li>
                <li>
                    "The page's content security policy, a header of every response, names the hosts that the page \
                     may talk to. The browser itself enforces it."
                </li>
            </ul>
        </section>
    }
}

#[component]
fn Licences() -> impl IntoView {
    view! {
        <section>
            <h2>"Licences"</h2>
            <p>
                "Lacuna is free software under the MIT licence. So are the weights of swift. The sample photos are \
                 renderings of scenes of our own."
            </p>
            <p>"It stands on the work of others:"</p>
            <ul>
                <li>"Leptos, wasm-bindgen, web-sys, serde, gloo: MIT or Apache 2.0."</li>
                <li>"image, png, jpeg-encoder and the decoders below them: MIT or Apache 2.0."</li>
                <li>"jSquash's build of libwebp, which encodes pictures in links: Apache 2.0 and BSD. qrcodegen: MIT."</li>
                <li>"ONNX Runtime Web, copyright Microsoft Corporation: MIT. Its binding ort: MIT or Apache 2.0."</li>
                <li>"libm, in part from the math library of musl: MIT."</li>
                <li>"Icons after Lucide, copyright Lucide contributors and Cole Bemis: ISC."</li>
            </ul>
        </section>
    }
}
