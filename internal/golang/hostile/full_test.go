//go:build full

package hostile

func init() { seeds = 6 }
