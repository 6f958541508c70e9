package logingest_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	typeName = "cloudtap_azure_log_ingest"
	dataName = "cloudtap_azure_log_query"
)
