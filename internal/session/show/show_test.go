package show

import (
	"errors"
	"image"
	"reflect"
	"strings"
	"testing"
	"time"

	"graft/lib/display"
)

type point struct {
	X, Y int
	name string
}

type node struct{ Next *node }

type loud struct{}

func (loud) String() string { panic("no voice") }

type card struct{ _ int }

func (c *card) Display() display.Bundle {
	return display.Bundle{Data: map[string]any{display.HTML: "<b>card</b>"}}
}

func TestText(t *testing.T) {
	var none error
	var missing *point
	loop := &node{}
	loop.Next = loop
	for _, c := range []struct {
		value any
		want  string
	}{
		{7, "7"}, {float32(0.1), "0.1"}, {true, "true"}, {'x', "120"},
		{"a b", `"a b"`}, {"two\nlines", "`two\nlines`"}, {[]string{"a b", "c\n"}, `["a b" "c\n"]`},
		{[]int(nil), "[]"}, {map[int]string{10: "x", 9: "y"}, `map[9:"y" 10:"x"]`},
		{point{1, 2, "p"}, `point{X:1 Y:2 name:"p"}`}, {&point{X: 1}, `&point{X:1 Y:0 name:""}`},
		{[]any{1, "x", nil}, `[1 "x" nil]`}, {missing, "nil"}, {&none, "(*error)"},
		{errors.New("oops"), "oops"}, {90 * time.Second, "1m30s"},
		{strings.ToUpper, "func(string) string"}, {loop, "&node{Next:(*show.node)(0x"},
		{loud{}, "show.loud (its String or Error method panicked: no voice)"},
		{make([]int, 1000), " … 1000 in all]"},
	} {
		if got := Text(reflect.ValueOf(c.value)); !strings.Contains(got, c.want) || len(c.want) < 8 && got != c.want && c.want[0] != '(' {
			t.Errorf("%T: %s, want %s", c.value, got, c.want)
		}
	}
}

func TestTextIsBounded(t *testing.T) {
	big := make([][]string, 100)
	for i := range big {
		big[i] = []string{strings.Repeat("é", 5000)}
	}
	if got := Text(reflect.ValueOf(big)); len(got) > maxLength+100 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestValues(t *testing.T) {
	b := Values([]reflect.Value{reflect.ValueOf(3), reflect.ValueOf("x")})
	if b.Data[display.Text] != `3, "x"` {
		t.Errorf("two values: %v", b.Data)
	}
	b = Values([]reflect.Value{reflect.ValueOf(image.NewGray(image.Rect(0, 0, 4, 2)))})
	if png, _ := b.Data[display.PNG].([]byte); len(png) == 0 || b.Data[display.Text] != "image, 4×2 pixels" {
		t.Errorf("image: %v", b.Data)
	}
	c := card{}
	for _, v := range []reflect.Value{reflect.ValueOf(&c), reflect.ValueOf(&c).Elem()} {
		if b = Values([]reflect.Value{v}); b.Data[display.HTML] != "<b>card</b>" || b.Data[display.Text] == nil {
			t.Errorf("displayer: %v", b.Data)
		}
	}
	var none *card
	if b = Values([]reflect.Value{reflect.ValueOf(none)}); b.Data[display.Text] != "nil" {
		t.Errorf("nil displayer: %v", b.Data)
	}
}

// An image may be of any size: image.White is of two thousand million pixels each way.
func TestEndlessImage(t *testing.T) {
	for _, img := range []image.Image{image.White, image.NewGray(image.Rectangle{})} {
		b := Values([]reflect.Value{reflect.ValueOf(img)})
		if text, _ := b.Data[display.Text].(string); len(b.Data) != 1 || !strings.HasPrefix(text, "image, ") {
			t.Errorf("%T: %.100v", img, b.Data)
		}
	}
}
