package golang

import "testing"

func TestIsComplete(t *testing.T) {
	in := newInterp(t)
	tests := []struct {
		src    string
		status Status
		indent string
	}{
		{"", Complete, ""},
		{"x := 3", Complete, ""},
		{"// only a comment", Complete, ""},
		{"for i := 0; i < 3; i++ {\n\tf(i)\n}", Complete, ""},
		{"unknown.Name()", Complete, ""},
		{"return 1", Complete, ""}, // running it explains what is wrong
		{"outer:\nfor {\n}", Complete, ""},
		{"s := `a\nb`", Complete, ""},

		{"func f() {", Incomplete, "\t"},
		{"func f() {\n\tif x {", Incomplete, "\t\t"},
		{"func f() {\n\tif x {\n\t}", Incomplete, "\t"},
		{"f(1,", Incomplete, "\t"},
		{"f(func() {", Incomplete, "\t"},
		{"x := []int{\n    1,", Incomplete, "\t"},
		{"  x := []int{", Incomplete, "  \t"},
		{"x :=", Incomplete, "\t"},
		{"a +", Incomplete, "\t"},
		{"a + // and", Incomplete, "\t"},
		{"strings.", Incomplete, "\t"},
		{"type T struct", Incomplete, "\t"},
		{"s := `raw", Incomplete, ""},
		{"/* open", Incomplete, ""},
		{"outer:", Incomplete, "\t"},

		{"f(1]", Invalid, ""},
		{"}", Invalid, ""},
		{`s := "abc`, Invalid, ""},
		{"x := 'ab'", Invalid, ""},
		{"if x", Invalid, ""}, // the brace cannot stand on the next line
		{"x y z", Invalid, ""},
		{"x := 08", Invalid, ""},
	}
	for _, test := range tests {
		status, indent := in.IsComplete(test.src)
		if status != test.status || indent != test.indent {
			t.Errorf("%q: got %s %q, want %s %q", test.src, status, indent, test.status, test.indent)
		}
	}
}
