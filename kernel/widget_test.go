package kernel

import "testing"

func TestWidgets(t *testing.T) { unittest(t, "widgets.py") }
