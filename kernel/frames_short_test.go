//go:build !soak

package kernel

// garbled is how many messages TestFrames sends.
const garbled = 4000
