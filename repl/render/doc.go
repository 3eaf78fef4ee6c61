// Package render turns what a session shows into lines of a terminal: Go source
// with its colours, the rows of a cell with their prompts, bundles, errors, and
// the part of a running cell's output that can still change. It does no input
// and no output, as opposed to package repl, which puts the lines on a screen.
//
//	p := render.Painter{Width: 80, Theme: style.For(true), Profile: colorprofile.ANSI256}
//	p.Cell("x := 1", render.In(3))  // "In [3]: x := 1", coloured
//	p.Bundle(fit.Display())         // table and braille curve
//
// Source is split with go/scanner, the scanner of the language itself: it is
// exact, also in a cell that is half typed, and costs nothing at start-up.
package render
