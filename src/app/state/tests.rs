//! What must hold whatever happens meanwhile.

use super::*;
use crate::inpaint::Stage;

fn stroke(x: f32) -> Stroke {
    Stroke { mode: StrokeMode::Paint, radius: 4.0, points: vec![Point { x, y: 1.0 }] }
}

/// An editor with a photo, of which one stroke was erased.
fn erased_once() -> Editor {
    let editor = Editor::new();
    let size = Size::new(40, 30);
    let photo = Photo { name: "a.png".into(), size, extension: "png".into(), has_place: false };
    editor.opening();
    editor.opened(photo);
    editor.painted(stroke(1.0));
    erase(editor, Run { result: ResultId(1), strokes: 1, again: false });
    editor
}

fn erase(editor: Editor, run: Run) {
    editor.started(run);
    end(editor);
}

fn end(editor: Editor) {
    editor.erased(Timing { provider: None, milliseconds: 1 }, None, "Gone.".into());
}

fn results(editor: Editor) -> Vec<ResultId> {
    editor.history.with_untracked(|history| history.results().collect())
}

fn strokes(editor: Editor) -> usize {
    editor.history.with_untracked(|history| history.strokes().count())
}

#[test]
fn what_fails_besides_an_erase_does_not_cost_it() {
    let editor = erased_once();
    editor.painted(stroke(9.0));
    editor.started(Run { result: ResultId(2), strokes: 1, again: false });
    editor.failed(FailureCode::StorageFull, "No room.".into());
    assert!(editor.phase.get_untracked().run().is_some());
    assert_eq!(
        editor.notice.get_untracked().and_then(|it| it.code),
        Some(FailureCode::StorageFull)
    );
    end(editor);
    assert_eq!(results(editor), [ResultId(1), ResultId(2)]);
    editor.failed(FailureCode::StorageFull, "No room.".into());
    assert_eq!(editor.phase.get_untracked(), Phase::Failed);
}

#[test]
fn a_stroke_painted_while_the_last_erase_is_tried_again_lies_upon_the_new_result() {
    let editor = erased_once();
    editor.started(Run { result: ResultId(2), strokes: 0, again: true });
    editor.painted(stroke(9.0));
    end(editor);
    assert_eq!(results(editor), [ResultId(2)]);
    assert_eq!(strokes(editor), 1);
    editor.undo();
    editor.undo();
    assert_eq!((results(editor).len(), strokes(editor)), (0, 1));
}

#[test]
fn the_notice_offers_to_undo_the_erase_and_nothing_else() {
    let editor = erased_once();
    let undo = |editor: Editor| editor.notice.get_untracked().is_some_and(|notice| notice.undo);
    assert!(undo(editor));
    editor.painted(stroke(9.0));
    editor.started(Run { result: ResultId(2), strokes: 1, again: false });
    editor.painted(stroke(20.0));
    end(editor);
    assert!(!undo(editor));
}

#[test]
fn steps_end_with_the_photo_they_were_made_on() {
    let editor = erased_once();
    editor.started(Run { result: ResultId(2), strokes: 0, again: true });
    editor.progress.set(Some(Progress {
        stage: Stage::Denoise,
        region: 1,
        regions: 1,
        fraction: 0.5,
    }));
    editor.step.set(Some((3, 20)));
    editor.opening();
    assert_eq!(editor.step.get_untracked(), None);
}

#[test]
fn nothing_is_made_of_a_photo_while_another_one_comes() {
    let editor = erased_once();
    assert!(untrack(|| editor.variant()).is_some());
    editor.opening();
    assert!(editor.phase.get_untracked().is_busy());
    assert!(untrack(|| editor.variant()).is_none());
}
