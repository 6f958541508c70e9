package messages

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
)

func otherMistakes() []mistake {
	elsewhere := map[string]string{"CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT": "http://127.0.0.1:1"}
	const metadata, attested, events = "cloudtap_azure_instance_metadata", "cloudtap_azure_attested_document", "cloudtap_azure_scheduled_events"
	return []mistake{
		{title: metadata + ": not on Azure", environment: elsewhere, call: read(metadata, acctest.Config{})},
		{title: metadata + ": the host does not know the api_version", call: read(metadata, acctest.Config{"api_version": "2031-01-01"})},
		{title: metadata + ": a page instead of a document", prepare: answers("imds", imds.OperationInstance, 200, page), call: read(metadata, acctest.Config{})},
		{title: metadata + ": the document is none", prepare: answers("imds", imds.OperationInstance, 200, `{"html":"x"}`), call: read(metadata, acctest.Config{})},
		{title: metadata + ": one odd member", prepare: answers("imds", imds.OperationInstance, 200, `{"compute":{"vmId":"9cd1a1f5-2d6b-4f8a-8c0e-3a8f2f3ad001","location":"westeurope","platformFaultDomain":"many"},"network":{"interface":[]}}`),
			call: read(metadata, acctest.Config{})},
		{title: metadata + ": timeouts.read below zero", call: refuse(metadata, acctest.Config{"timeouts": acctest.Config{"read": "-1s"}})},
		{title: attested + ": not on Azure", environment: elsewhere, call: open(attested, acctest.Config{})},
		{title: attested + ": nonce with a space", call: refuseOpen(attested, acctest.Config{"nonce": "a b"})},
		{title: events + ": not on Azure", environment: elsewhere, call: read(events, acctest.Config{})},
	}
}
