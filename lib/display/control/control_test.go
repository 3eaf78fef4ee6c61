package control_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"graft/lib/display"
	"graft/lib/display/control"
)

func TestBounds(t *testing.T) {
	inf := math.Inf(1)
	for name, make := range map[string]func() error{
		"reversed":         func() error { _, err := control.NewSlider("s", 2, 1, 1); return err },
		"endless":          func() error { _, err := control.NewSlider("s", 0, inf, 1); return err },
		"outside":          func() error { _, err := control.NewSlider("s", 0, 1, 2); return err },
		"not a number":     func() error { _, err := control.NewSlider("s", 0, 1, math.NaN()); return err },
		"logarithm of 0":   func() error { _, err := control.NewLogSlider("s", 0, 1, 1); return err },
		"no options":       func() error { _, err := control.NewDropdown("s"); return err },
		"slider set":       func() error { s, _ := control.NewSlider("s", 0, 1, 1); return s.Set(-1) },
		"dropdown set":     func() error { d, _ := control.NewDropdown("s", "a"); return d.Set("b") },
		"slider turned":    func() error { s, _ := control.NewSlider("s", 0, 1, 1); return s.Turn("x") },
		"dropdown turned":  func() error { d, _ := control.NewDropdown("s", "a"); return d.Turn(1) },
		"button turned":    func() error { return control.NewButton("s").Turn(true) },
		"toggle turned":    func() error { return control.NewToggle("s", true).Turn(nil) },
		"slider turned up": func() error { s, _ := control.NewSlider("s", 0, 1, 1); return s.Turn(math.NaN()) },
	} {
		if err := make(); err == nil || !strings.Contains(err.Error(), `"s"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTurns(t *testing.T) {
	s, _ := control.NewSlider("s", 0, 1, 0.5)
	d, _ := control.NewDropdown("d", "a", "b")
	b, g := control.NewButton("b"), control.NewToggle("t", false)
	told := 0
	for c, value := range map[control.Control]any{s: 7.0, d: 1, b: nil, g: true} {
		c.Watch(func() { told++ })
		if err := c.Turn(value); err != nil {
			t.Error(err)
		}
	}
	if s.Value() != 1 || d.Value() != "b" || d.Index() != 1 || b.Presses() != 1 || !g.Value() {
		t.Errorf("%v %v %v %v", s.Value(), d.Value(), b.Presses(), g.Value())
	}
	if told != 0 {
		t.Errorf("the user's turns were told %d times", told)
	}
	if !b.Pressed() || b.Pressed() {
		t.Error("one press must be told once")
	}
}

func TestWatch(t *testing.T) {
	d, _ := control.NewDropdown("d", "a", "b")
	var seen []string
	stop := d.Watch(func() { seen = append(seen, d.Value()) })
	_ = d.Set("b")
	_ = d.Set("none")
	stop()
	_ = d.Set("a")
	if fmt.Sprint(seen) != "[b]" {
		t.Errorf("told of %v", seen)
	}
}

func TestManyAtOnce(t *testing.T) {
	b := control.NewButton("b")
	told := 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				b.Press()
				if b.Pressed() {
					mu.Lock()
					told++
					mu.Unlock()
				}
				_ = b.Display()
			}
		})
	}
	wg.Wait()
	if b.Presses() != 800 || told == 0 || b.Pressed() {
		t.Errorf("%d presses, told %d times", b.Presses(), told)
	}
}

func TestDisplay(t *testing.T) {
	s, _ := control.NewLogSlider("rate <1>", 1e-5, 0.1, 0.002)
	b := s.Display()
	raw, err := json.Marshal(b.Data[display.Widget])
	want := fmt.Sprintf(`{"model_id":%q,"version_major":2,"version_minor":0}`, s.Face().ID)
	if err != nil || string(raw) != want {
		t.Errorf("%s, %v", raw, err)
	}
	if want := "<div><strong>rate &lt;1&gt;</strong>: 0.002 <small>(slider, 1e-05 to 0.1)</small></div>"; b.Data[display.HTML] != want {
		t.Errorf("%v", b.Data[display.HTML])
	}
}

func Example() {
	rate, err := control.NewLogSlider("learning rate", 1e-5, 1e-1, 2e-3)
	if err != nil {
		panic(err)
	}
	size, err := control.NewDropdown("size", "64", "160")
	if err != nil {
		panic(err)
	}
	stop := control.NewButton("Stop")
	stop.Press()
	for _, c := range []control.Control{rate, size, stop, control.NewToggle("augment", true)} {
		fmt.Println(c.Display().Data[display.Text])
	}
	// Output:
	// learning rate: 0.002 (slider, 1e-05 to 0.1)
	// size: 64 (one of 64, 160)
	// Stop: pressed once (button)
	// augment: on (toggle)
}
