package schedule_test

import (
	"fmt"

	"graft/lib/train/schedule"
)

func Example() {
	s := schedule.Schedule{Shape: schedule.OneCycle, Peak: 1e-3, Warmup: 0.5}
	if err := s.Check(); err != nil {
		fmt.Println(err)
		return
	}
	for step := 0; step < 100; step += 25 {
		fmt.Printf("%.2g\n", s.At(schedule.Moment{Step: step, Epoch: 20, Steps: 100}))
	}
	// Output:
	// 1e-05
	// 0.00063
	// 0.00088
	// 0.00032
}
