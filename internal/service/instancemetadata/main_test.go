package instancemetadata_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	typeName         = "cloudtap_azure_instance_metadata"
	eventsTypeName   = "cloudtap_azure_scheduled_events"
	attestedTypeName = "cloudtap_azure_attested_document"
	approveTypeName  = "cloudtap_azure_scheduled_event_approve"
)
