package capturesummary_test

import (
	"sync"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestSummariesAreReadOneAfterAnother begins one while another is being read, and
// ends its time.
func TestSummariesAreReadOneAfterAnother(t *testing.T) {
	t.Parallel()
	var p *acctest.Provider
	var diagnostics acctest.Diagnostics
	var once sync.Once
	local := acctest.Config{"source": acctest.Config{"files": []string{write(t, onePeriod(t))}}}
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == blob.OperationGet {
			once.Do(func() {
				ctx := acctest.NewExpiring(t.Context())
				ctx.Expire()
				_, diagnostics = p.Apply(ctx, typeName, nil, local)
			})
		}
	}})
	p = acctest.NewProvider(t, cloud)
	putWeb(cloud, onePeriod(t))
	p.MustApply(t, typeName, nil, acctest.Config{"source": web})
	acctest.ExpectError(t, diagnostics, "Could not summarize capture", "waited for the other summaries", "one after another", "deadline", "timeouts")
	p.MustApply(t, typeName, nil, local)
}
