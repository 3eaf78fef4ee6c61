// Package graphics speaks the ways in which terminals show pictures: kitty's
// graphics protocol, sixel, or none. It tells which of them a terminal has, from
// what the terminal replies, and turns images into the bytes that show them. It
// reads and writes nothing itself, as opposed to package repl, and does not decide
// what is a picture, as opposed to package render.
//
//	kind, err := graphics.Parse("sixel")
//	shelf := graphics.NewShelf(7)
//	st := graphics.Style{Kind: kind, Cell: image.Pt(10, 20)}
//	lines := shelf.Put(img, st) // one for each line of the screen
//	fmt.Print(strings.Join(shelf.Expand(lines), "\n"))
package graphics
