package repotest

import (
	"os"
	"syscall"
)

// ramDisk is where a private server's files go: nothing of a test is worth a
// disk's latency.
const ramDisk = "/dev/shm"

// ramNeeded is the free space that the RAM disk must have, in bytes. A
// container's is often 64 MB, too little for two packages' databases.
const ramNeeded = 1 << 30

func tempBase() string {
	var fs syscall.Statfs_t
	if syscall.Statfs(ramDisk, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < ramNeeded {
		return os.TempDir()
	}
	probe, err := os.MkdirTemp(ramDisk, "ruxue-probe-")
	if err != nil {
		return os.TempDir()
	}
	_ = os.Remove(probe)
	return ramDisk
}
