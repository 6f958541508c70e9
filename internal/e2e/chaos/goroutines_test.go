package chaos

import (
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// ours recognises a goroutine that runs the provider's code, or its HTTP
// connections.
var ours = regexp.MustCompile(`terraform-provider-cloudtap/internal/(azure|huaweicloud|service|tfkit|wait|provider)|net/http\.\(\*(persistConn|http2ClientConn)\)`)

// expectNoGoroutines fails the test if something of a provider still runs when
// all histories are over.
func expectNoGoroutines(t *testing.T) {
	t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	var left []string
	for range 100 {
		if left = goroutines(); len(left) == 0 {
			return
		}
		<-look.C
	}
	t.Errorf("%d goroutines are left, the first:\n%s", len(left), left[0])
}

func goroutines() []string {
	const most = 64 << 20
	stacks := make([]byte, most)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var found []string
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if ours.MatchString(stack) {
			found = append(found, stack)
		}
	}
	return found
}
