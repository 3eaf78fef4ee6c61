//go:build lists && soak

package golang

func init() { everyStressed = 1 }
