package security

import (
	"bytes"
	"context"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// blackHole is an address that never answers. Dialling it takes as long as the
// provider's own dialer would wait, of a clock that tests own.
type blackHole struct {
	address  string
	patience time.Duration
	clock    *waittest.Clock
	attempts atomic.Int32
}

func (h *blackHole) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if address != h.address {
		return simtest.DialLoopback(ctx, network, address)
	}
	h.attempts.Add(1)
	if err := h.clock.Sleep(ctx, h.patience); err != nil {
		return nil, err
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
}

// TestABlackHoleIsGivenUp has every service at an address that never answers:
// after some 20 seconds the error names it, and the log has said before what is
// waited for.
func TestABlackHoleIsGivenUp(t *testing.T) {
	t.Parallel()
	const address = "127.0.0.1:9"
	const azure, huaweiCloud = 10 * time.Second, 8 * time.Second
	for name, patience := range map[string]time.Duration{
		"resource manager": azure, "entra discovery": azure, "data collector": azure, "logs ingestion": azure, "log query": azure,
		"iam password": huaweiCloud, "iam projects": huaweiCloud, "cloud firewall": huaweiCloud,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := victims()[name]
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			hole := &blackHole{address: address, patience: patience, clock: waittest.NewClock(time.Now(), nil)}
			getenv := acctest.Override(cloud, v.environment(cloud, "https://"+address))
			p := acctest.NewProviderIn(t, provider.Environment{Getenv: getenv, Clock: hole.clock, RetryDelay: time.Millisecond, Dial: hole.dial}, acctest.Config{})
			var log bytes.Buffer
			ctx := tflogtest.RootLogger(t.Context(), &log)
			began := hole.clock.Now()
			text := expectClearError(t, v.call(ctx, p, getenv, "https://"+address))
			if took := hole.clock.Now().Sub(began); took < 15*time.Second || took > 25*time.Second {
				t.Errorf("given up after %s", took)
			}
			if !strings.Contains(text, address) {
				t.Errorf("the error does not name the address: %s", text)
			}
			if hole.attempts.Load() < 2 {
				t.Errorf("%d attempts", hole.attempts.Load())
			}
			if said := strings.ToLower(log.String()); !strings.Contains(said, "waiting for a connection to "+address) && !strings.Contains(said, "tried again") {
				t.Errorf("the log does not say what is waited for: %s", &log)
			}
		})
	}
}
