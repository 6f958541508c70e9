package bench

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
