package near

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestName(t *testing.T) {
	names := []string{"resnet18", "resnet50", "mobilenet_v2.tv_in1k", "Freeze", "Fit"}
	for want, expect := range map[string]string{
		"resnt18": "resnet18", "RESNET50": "resnet50", "mobilenet": "mobilenet_v2.tv_in1k",
		"Freez": "Freeze", "Ftreeze": "Freeze", "Fitt": "Fit", "vgg": "", "": "", "transformer": "",
	} {
		got, ok := Name(want, names)
		require.Equal(t, expect, got, want)
		require.Equal(t, expect != "", ok, want)
	}
	require.Equal(t, ` (did you mean "resnet18"?)`, Hint("resnte18", names))
	require.Empty(t, Hint("x", nil))
	require.Equal(t, 1, distance([]rune("ab"), []rune("ba")))
}
