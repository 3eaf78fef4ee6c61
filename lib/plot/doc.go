// Package plot draws what training looks at: tables, curves, the live board of
// a running fit, image grids, confusion matrices, bars. Every picture is a plain
// struct that draws itself as a [display.Bundle]: text of 80 columns, terminal
// text with colour (braille curves, half-block images), and HTML that reads well
// in light and dark notebooks, from phone width up, with nothing loaded from a
// network. On a screen a picture fits itself to the window, without colour where
// there is none, in pixels where there are ([display.Bundle], Draw). The package
// decides how things look, as opposed to package display, which carries bundles to
// a front end, and packages metric and train, which compute what is drawn.
//
//	plot.Curves{
//		Title:  "loss",
//		XLabel: "epoch",
//		Series: []plot.Series{{Name: "train", Y: train}, {Name: "valid", Y: valid}},
//	}.Display()
//
// The structs are values. Whoever changes one while it is shown, as a training
// loop does, shows a copy; slices that are only appended to may be shared.
package plot
