package device

import (
	"os"
	"strings"
)

const envFlags = "XLA_FLAGS"

// fusionFlag keeps XLA from giving convolutions to YNNPACK. The wheel's XLA (July
// 2026) does so by default; on CPUs without AVX-512 the gradients to the kernels of
// 3x3 convolutions then run on a third of the cores' speed, and a training step of
// ResNet-18 takes 1.9 times as long (bench/NOTES.md, "XLA_FLAGS").
const fusionFlag = "--xla_cpu_experimental_ynn_fusion_type"

// setFlags puts graft's flags into XLA_FLAGS, from where the plugin reads them when
// it makes its first client. A flag that the user has set stays. XLA ends the
// process at a flag that it does not know, so only the wheel's plugin gets any.
func (p Plugin) setFlags() error {
	if p.From != wheel.Ref {
		return nil
	}
	return os.Setenv(envFlags, withFlags(os.Getenv(envFlags)))
}

// withFlags returns the user's flags and graft's.
func withFlags(user string) string {
	if strings.Contains(user, fusionFlag) {
		return user
	}
	return strings.TrimSpace(user + " " + fusionFlag + "=LIBRARY_FUSION_TYPE_DOT,LIBRARY_FUSION_TYPE_REDUCE")
}
