package packetcapture_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// gate holds requests until as many as are wanted wait at it.
type gate struct {
	wanted, left int
	timeout      <-chan time.Time
	// meanwhile is what happens before the gate opens.
	meanwhile func()

	mu       sync.Mutex
	waiting  int
	most     int
	released chan struct{}
}

// pass waits until the gate opens. It reports false if it never did.
func (g *gate) pass() bool {
	g.mu.Lock()
	g.waiting++
	g.left--
	g.most = max(g.most, g.waiting)
	released := g.released
	full := g.waiting == g.wanted || g.left == 0
	g.mu.Unlock()
	if full {
		g.open()
	}
	select {
	case <-released:
		return true
	case <-g.timeout:
		return false
	}
}

// open opens the gate, when more than are wanted would have come as well.
func (g *gate) open() {
	g.meanwhile()
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.released)
	g.waiting, g.released = 0, make(chan struct{})
}

// TestStatusesAreAskedForInParallel has 25 captures, and a service that
// answers no status query before ten have come: more than ten never come, not even
// while another run logs in and lists the captures.
func TestStatusesAreAskedForInParallel(t *testing.T) {
	t.Parallel()
	const captures, together = 25, 10
	held := &gate{wanted: together, left: captures, timeout: time.After(time.Minute), released: make(chan struct{})}
	var closed atomic.Bool
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if closed.Load() && exchange.Operation == arm.PacketCapturesGetStatus && !held.pass() {
			t.Error("fewer than ten status queries are under way, and the next does not come")
		}
	}})
	p := acctest.NewProvider(t, cloud)
	acctest.Together(captures, func(i int) {
		_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": fmt.Sprintf("web-%d", i)}))
		for _, text := range diagnostics.Errors() {
			t.Error(text)
		}
	})
	question := acctest.Config{"network_watcher_id": cloud.ARM.Seeded().NetworkWatcherID}
	held.meanwhile = func() {
		_, diagnostics := acctest.NewProvider(t, cloud).ReadData(t.Context(), typeName+"s", question)
		for _, text := range diagnostics.Errors() {
			t.Error(text)
		}
	}
	closed.Store(true)
	cloud.Journal.Reset()
	read, diagnostics := p.ReadData(t.Context(), typeName+"s", acctest.Changed(question, acctest.Config{"include_status": true}))
	p.Expect(diagnostics)
	if got := len(acctest.Elements(t, read, "packet_captures")); got != captures {
		t.Errorf("%d captures", got)
	}
	if asked := cloud.Journal.Count("arm", arm.PacketCapturesGetStatus); asked != captures {
		t.Errorf("%d status queries", asked)
	}
	if held.most != together {
		t.Errorf("%d status queries at a time, want %d", held.most, together)
	}
}
