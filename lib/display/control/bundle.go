package control

import (
	"fmt"
	"html"

	"graft/lib/display"
)

// bundle shows a control as what front ends with widgets draw, and, for the others,
// as its value with a note on what it is.
func bundle(c Control, value, note string) display.Bundle {
	label := c.Face().Label
	b := display.Plain(fmt.Sprintf("%s: %s (%s)", label, value, note))
	b.Data[display.HTML] = fmt.Sprintf("<div><strong>%s</strong>: %s <small>(%s)</small></div>",
		html.EscapeString(label), html.EscapeString(value), html.EscapeString(note))
	b.Data[display.Widget] = View{c}
	return b
}
