package program

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTryKeepsTheStack(t *testing.T) {
	err := Try("train: it breaks", func() error { panic("boom") })
	require.EqualError(t, err, "train: it breaks: boom")
	require.Contains(t, fmt.Sprintf("%+v", err), "try_test.go")
	require.NotContains(t, fmt.Sprintf("%v", err), "try_test.go")
	cause := errors.New("cause")
	require.ErrorIs(t, Try("x", func() error { panic(cause) }), cause)
	require.NoError(t, Try("x", func() error { return nil }))
}
