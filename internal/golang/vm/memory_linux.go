package vm

import (
	"bytes"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// systemMemory returns the machine's memory in bytes, or the limit of the control
// group of the process if that is less; 0 if neither can be read.
func systemMemory() int64 {
	least := int64(math.MaxInt64)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		least = min(least, memTotal(string(text)))
	}
	groups, _ := os.ReadFile("/proc/self/cgroup")
	for _, file := range groupLimits(string(groups)) {
		if text, err := os.ReadFile(file); err == nil {
			least = min(least, limitOf(text))
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}

// memTotal reads the line "MemTotal: 16318480 kB".
func memTotal(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "MemTotal:" {
			if n, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				return n << 10
			}
		}
	}
	return math.MaxInt64
}

// groupLimits lists the files that may limit the memory of a process whose
// /proc/self/cgroup is groups: those of its group and of all groups above that, in
// version 2 ("0::/PATH") and 1 ("5:memory:/PATH").
func groupLimits(groups string) (files []string) {
	for line := range strings.Lines(groups) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) < 3 {
			continue
		}
		switch f[1] {
		case "":
			files = append(files, upwards("/sys/fs/cgroup", f[2], "memory.max")...)
		case "memory":
			files = append(files, upwards("/sys/fs/cgroup/memory", f[2], "memory.limit_in_bytes")...)
		}
	}
	return files
}

func upwards(root, group, name string) (files []string) {
	for dir := path.Join("/", group); ; dir = path.Dir(dir) {
		files = append(files, path.Join(root, dir, name))
		if dir == "/" {
			return files
		}
	}
}

// limitOf reads a number of bytes; "max" is no limit.
func limitOf(text []byte) int64 {
	n, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	if err != nil || n <= 0 {
		return math.MaxInt64
	}
	return n
}
