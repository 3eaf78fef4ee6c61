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

// tritonFlag keeps XLA for GPUs from writing matrix products with Triton: on the
// gradients of ResNet-18 and of the depthwise convolutions of package nn its fusion
// ends the process with "Check failed: subdim_size_accumulator == dim_size" (PJRT
// 0.115 of July 2026, on an H100). cuBLAS takes them then.
const tritonFlag = "--xla_gpu_enable_triton_gemm"

// setFlags puts graft's flags into XLA_FLAGS, from where the plugin reads them when
// it makes its first client. A flag that the user has set stays. XLA ends the
// process at a flag that it does not know, so on the CPU only the wheel's plugin gets
// any; the flag for GPUs is as old as the plugins that go-xla can load.
func (p Plugin) setFlags() error {
	switch {
	case p.Kind == CUDA:
		if p.librariesBeside() && os.Getenv(envChecks) == "" {
			if err := os.Setenv(envChecks, "0"); err != nil {
				return err
			}
		}
		return os.Setenv(envFlags, withFlag(os.Getenv(envFlags), tritonFlag, "false"))
	case p.From == wheel.Ref:
		return os.Setenv(envFlags, withFlag(os.Getenv(envFlags), fusionFlag, "LIBRARY_FUSION_TYPE_DOT,LIBRARY_FUSION_TYPE_REDUCE"))
	}
	return nil
}

// withFlag returns the user's flags and, unless they hold it, name=value.
func withFlag(user, name, value string) string {
	if strings.Contains(user, name) {
		return user
	}
	return strings.TrimSpace(user + " " + name + "=" + value)
}
