package capturetask_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func TestSpellingsThatMeanTheSame(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	spelled := web(cloud, acctest.Config{"protocol": "TCP", "source_port": "", "destination_port": "443"})
	object := p.MustApply(t, typeName, nil, spelled)
	expect(t, object, "protocol", "TCP", "destination_port", "443")
	object = refreshed(t, cloud, object)
	expect(t, object, "protocol", "TCP")
	p.ExpectAction(t, typeName, object, spelled, "no-op")
	p.ExpectAction(t, typeName, object, web(cloud, acctest.Config{"protocol": "tcp", "source_port": "", "destination_port": "443"}), "no-op")
	p.ExpectAction(t, typeName, object, web(cloud, acctest.Config{"protocol": "udp", "destination_port": "443"}), "replace")
	// An empty port filters nothing, whatever the protocol.
	p.MustApply(t, typeName, object, nil)
	p.MustApply(t, typeName, nil, web(cloud, acctest.Config{"protocol": "Icmp", "source_port": "", "destination_port": ""}))
}
