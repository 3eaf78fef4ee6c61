package repl

import (
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"graft/lib/display"
	"graft/repl/graphics"
)

// picturesVariable is the variable of the environment that says how pictures are shown.
const picturesVariable = "GRAFT_PICTURES"

// pictures is what the front end knows of pictures on its terminal. The zero value
// knows nothing yet.
type pictures struct {
	wish     graphics.Kind // Auto for the best that the terminal shows
	terminal graphics.Terminal
	screen   *os.File // whose system tells the size of a cell; may be nil
}

// showPictures sets up the pictures of a screen. Run has looked at the options.
func (m *model) showPictures(o Options, screen *os.File) {
	m.pictures.wish, _ = o.wished()
	m.pictures.screen = screen
	m.choosePictures()
}

// shelf has the pictures that are on their way to the screen.
func (m *model) shelf() *graphics.Shelf {
	if m.painter.Shelf == nil {
		m.painter.Shelf = graphics.NewShelf(firstPicture())
	}
	return m.painter.Shelf
}

// wished is the way to show pictures that the options or the environment ask for.
func (o Options) wished() (graphics.Kind, error) {
	name, from := o.Pictures, "Options.Pictures"
	if name == "" {
		name, from = os.Getenv(picturesVariable), picturesVariable
	}
	kind, err := graphics.Parse(name)
	if err != nil {
		return kind, fmt.Errorf("repl: %s: %w", from, err)
	}
	return kind, nil
}

// tmuxKnown brings the features of the terminal that tmux runs in.
type tmuxKnown struct{ features []string }

// askPictures asks the terminal what it shows; the replies come as messages.
func (m *model) askPictures() tea.Cmd {
	query := m.pictures.terminal.Query()
	if wish := m.pictures.wish; query == "" || wish != graphics.Auto && !wish.Pixels() {
		return nil
	}
	return tea.Raw(query)
}

// pictureReply takes a message if it is a reply to askPictures.
func (m *model) pictureReply(msg tea.Msg) (cmd tea.Cmd, mine bool) {
	t := &m.pictures.terminal
	switch msg := msg.(type) {
	case uv.KittyGraphicsEvent:
		t.Kitty = string(msg.Payload) == "OK"
	case uv.CellSizeEvent:
		t.CellReply = image.Pt(msg.Width, msg.Height)
	case uv.PixelSizeEvent:
		if t.CellReply == (image.Point{}) && m.painter.Width > 0 && m.height > 0 {
			t.CellKnown = image.Pt(msg.Width/(m.painter.Width+spare), msg.Height/m.height)
		}
	case tea.TerminalVersionMsg:
		t.Version = msg.Name
	case uv.PrimaryDeviceAttributesEvent:
		t.Attributes = msg
		if t.Tmux() && t.Outer == nil {
			cmd = askTmux
		}
	case tmuxKnown:
		t.Outer = msg.features
	default:
		return nil, false
	}
	m.choosePictures()
	return cmd, true
}

// askTmux asks tmux what the terminal around it can do.
func askTmux() tea.Msg {
	out, err := exec.Command("tmux", "display-message", "-p", "#{client_termfeatures}").Output()
	if err != nil {
		return tmuxKnown{[]string{}}
	}
	return tmuxKnown{strings.Split(strings.TrimSpace(string(out)), ",")}
}

// promptRows are the lines of the window that a picture leaves free, so that its prompt
// and the next one are seen with it.
const promptRows = 4

// pictureResize takes the size of a cell anew: it changes with the letters.
func (m *model) pictureResize() tea.Cmd {
	if screen := m.pictures.screen; screen != nil {
		m.pictures.terminal.CellKnown = cellSize(screen)
	}
	m.painter.Height = max(4, m.height-promptRows)
	m.choosePictures()
	if m.painter.Style.Kind.Pixels() {
		return tea.Raw(graphics.CellQuery)
	}
	return nil
}

// usualCell is the size of a cell where pixels were asked for and nobody knows it:
// on the small side, since a picture that is too high damages the screen.
var usualCell = image.Pt(8, 16)

// choosePictures sets how the painter shows pictures, from what is known by now.
func (m *model) choosePictures() {
	t := &m.pictures.terminal
	m.shelf()
	t.Colours = colours(m.painter.Profile)
	st := graphics.Style{Kind: m.pictures.wish, Cell: t.Cell(), Ground: m.painter.Style.Ground, Placeholders: t.Placeholders(), Tmux: t.Tmux()}
	if st.Kind == graphics.Auto {
		st.Kind = t.Best()
	}
	if st.Cell == (image.Point{}) {
		st.Cell = usualCell
	}
	m.painter.Style = st
}

func colours(p colorprofile.Profile) int {
	switch p {
	case colorprofile.TrueColor:
		return 1 << 24
	case colorprofile.ANSI256:
		return 256
	case colorprofile.ANSI:
		return 16
	}
	return 0
}

// setPictures changes how pictures are shown, by the names of [Options.Pictures]. The
// command asks the terminal for what is missing.
func (m *model) setPictures(name string) (now string, ask tea.Cmd, err error) {
	if name != "" {
		kind, err := graphics.Parse(name)
		if err != nil {
			return "", nil, err
		}
		m.pictures.wish = kind
		m.choosePictures()
		ask = m.askPictures()
	}
	if m.pictures.wish == graphics.Auto {
		return "auto, which is " + m.painter.Style.Kind.String(), ask, nil
	}
	return m.pictures.wish.String(), ask, nil
}

// drawn is the form of b on the screen.
func (m *model) drawn(b display.Bundle) func() string {
	return func() string { return m.painter.Bundle(b) }
}

// kept is the form that b takes in the scrollback, nil if that is the one on the
// screen.
func (m *model) kept(b display.Bundle, head string) func() string {
	if !m.painter.Style.Kind.Pixels() {
		return nil
	}
	return func() string {
		if s, ok := m.painter.Pixels(b); ok {
			return head + s
		}
		return ""
	}
}

// firstPicture is a number for the first picture, which terminals know pictures by:
// another program on the same terminal should have others.
func firstPicture() int { return rand.IntN(1 << 15) }
