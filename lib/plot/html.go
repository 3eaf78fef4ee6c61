package plot

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// The styles are written on every element, because notebooks drop style sheets
// and clash with their own; text takes the colour of the page (currentColor) and
// grounds stay clear, so light and dark themes both work.
const (
	styleBox   = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:13px;line-height:1.45;max-width:100%;margin:.35em 0"
	styleTitle = "font-weight:600;margin:0 0 .3em"
	styleNote  = "opacity:.7;margin:.35em 0 0"
	styleTable = "border-collapse:collapse;border:0;margin:0;font-size:13px;font-variant-numeric:tabular-nums;background:transparent"
	styleCell  = "padding:2px 12px 2px 0;border:0;white-space:nowrap;background:transparent;vertical-align:top;"
	styleRule  = "border-bottom:1px solid rgba(127,127,127,.45);"
	styleTotal = "border-top:1px solid rgba(127,127,127,.45);"
	styleHead  = "font-weight:600;opacity:.75;"
)

func esc(s string) string { return html.EscapeString(s) }

// box wraps a picture with its title and note.
func box(title, body, note string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="%s">`, styleBox)
	if title != "" {
		fmt.Fprintf(&b, `<div style="%s">%s</div>`, styleTitle, esc(title))
	}
	b.WriteString(body)
	if note != "" {
		fmt.Fprintf(&b, `<div style="%s">%s</div>`, styleNote, esc(note))
	}
	b.WriteString("</div>")
	return b.String()
}

func pre(s string) string {
	if s == "" {
		return ""
	}
	return `<pre style="margin:.35em 0;background:transparent;color:inherit;overflow-x:auto">` + esc(s) + `</pre>`
}

func (t Table) html(g sheet) string { return box(t.Title, g.html(), t.Note) }

// html draws the table alone; wide ones scroll sideways within their own box.
func (g sheet) html() string {
	var b strings.Builder
	label := g.Title
	if label == "" {
		label = "table"
	}
	fmt.Fprintf(&b, `<div style="overflow-x:auto"><table aria-label="%s" style="%s">`, esc(label), styleTable)
	if strings.Join(g.Columns, "") != "" {
		b.WriteString("<thead>")
		g.htmlRow(&b, "th", styleHead+styleRule, g.Columns)
		b.WriteString("</thead>")
	}
	b.WriteString("<tbody>")
	for i, r := range g.Rows {
		style := ""
		if slices.Contains(g.Strong, i) {
			style = "font-weight:600;"
		}
		g.htmlRow(&b, "td", style, r)
	}
	if g.Footer != nil {
		g.htmlRow(&b, "td", styleTotal, g.Footer)
	}
	b.WriteString("</tbody></table></div>")
	return b.String()
}

func (g sheet) htmlRow(b *strings.Builder, tag, style string, row []string) {
	b.WriteString(`<tr style="background:transparent">`)
	for c, cell := range row {
		align := "left"
		if g.right[c] {
			align = "right"
		}
		fmt.Fprintf(b, `<%s style="%s%stext-align:%s">%s</%s>`, tag, styleCell, style, align, esc(cell), tag)
	}
	b.WriteString("</tr>")
}
