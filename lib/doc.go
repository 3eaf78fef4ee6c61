// Package graft is transfer learning in Go, step by step: load a pretrained network,
// freeze it, put a new head on it, train that on a few photographs, unfreeze more,
// and watch the numbers. These are the verbs; each stands on packages below that can
// be used instead, as opposed to them, which know one thing each.
//
//	photos, err := graft.ImageFolder("cells/") // a folder per class
//	train, valid, test, err := photos.Split(100, 200, graft.Rest)
//	m, err := graft.ImageClassifier("mobilenet_v2.tv_in1k", train, graft.Valid(valid))
//	err = m.Freeze()                           // everything but the new head
//	m.Ledger()                                 // what is trainable, and how fast it learns
//	err = m.Fit(5)                             // a table and a curve that follow the training
//	err = m.Unfreeze("last 2")                 // by count, stage name, glob or fraction
//	grid, err := m.ShowViews(0, 8)             // what augmentation would do to a picture
//	err = m.Fit(5, graft.Augment(graft.Light())) // learn from varied views of the pictures
//	rate, err := m.FindLR()
//	err = m.Fit(3, graft.OneCycle(1e-3))
//	confusion, err := m.Confusion()
//	worst, err := m.TopLosses(9)
//	err = m.FineTune(5)                        // or all of it in one: head, then everything, then controls
//	report, err := m.Evaluate(test)            // the test set is used here and nowhere else
//	err = m.Save("cells.graft")                // one file that rebuilds itself
//
// In a cell of a notebook or of the terminal a trailing error may be left out; an
// error then ends the cell. In a Go program it is an error like any other.
//
// # Where things are
//
//	photographs and labels   package data: ImageFolder, CSV, Split, Health
//	what is trained          package tune: plans, groups, the ledger
//	the step loop            package train: Fit and its options; below it optimizer, schedule, loss and more
//	models                   package task: classifiers and regressors of images
//	networks                 packages preset (names), backbone (architectures), nn (layers)
//	numbers and pictures     packages metric and plot
//	sliders and buttons      package display/control: what steers a Fit that runs
//
// # While a Fit runs
//
// In a terminal its board takes keys: p pauses it, q stops it after its step, s keeps
// a snapshot, l changes the learning rate, u unfreezes the next stage, ? explains them.
//
// FitAsync returns at once with a handle: Pause, Continue, Stop, SetLR, SetRate,
// Unfreeze, Snapshot and Status work from any cell or goroutine. Search tries the
// values of a struct, with Trial of a model on cached features, and shows them by
// score.
//
// # Options
//
// Every verb takes options last. [With] passes a context, which carries the interrupt
// and where things are shown; in a cell it is passed by itself. An option that a verb
// has no use for is an error.
//
// # What happens when something goes wrong
//
// An interrupted Fit leaves the network as it was after the last finished step. If
// the process ends instead, [Resume] goes on from the last checkpoint, at most about
// ten seconds before, in a new process or kernel, and ends with the same weights. A
// Fit never uses a checkpoint by itself. m.Undo() takes back the last Fit or change of
// the plan; m.Snapshot, m.Restore and m.Diff keep and compare what was tried. A
// loss that is not a number stops at once and names its epoch and batch. After every
// Fit the plan is held against the network: a frozen parameter that moved, or a
// trainable one that did not, is an error.
package graft
