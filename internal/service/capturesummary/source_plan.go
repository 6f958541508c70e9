package capturesummary

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// checkReadable is check for who will read, and finds also what no service would
// accept: a signature that has expired, or a host that gets no token.
func (m sourceModel) checkReadable(ctx context.Context, from clients, diags *diag.Diagnostics) {
	if m.check(ctx, true, diags); diags.HasError() || from == nil {
		return
	}
	session, err := from.AzureSession()
	if err != nil {
		return // The reading says so, if it needs Azure.
	}
	plain, _ := knownTexts(ctx, m.AzureBlobURLs, diags)
	client := blob.NewClient(session)
	for i, text := range plain {
		if reference, err := blob.Parse(text); err == nil {
			if err := client.CheckHost(reference); err != nil {
				diags.AddError("Not an address of Azure storage", tfkit.Sentence(fmt.Errorf("URL %d of source.azure_blob_urls: %w", i+1, err)))
			}
		}
	}
	secret, _ := knownTexts(ctx, m.AzureBlobURLsWO, diags)
	for i, text := range secret {
		checkExpiry(text, fmt.Sprintf("URL %d of source.azure_blob_urls_wo", i+1), session.Clock().Now(), diags)
	}
	checkExpiry(m.AzureContainerSASURLWO.ValueString(), "source.azure_container_sas_url_wo", session.Clock().Now(), diags)
}

func checkExpiry(text, what string, now time.Time, diags *diag.Diagnostics) {
	reference, err := blob.Parse(text)
	if err != nil || reference.SAS == "" {
		return
	}
	query, err := url.ParseQuery(reference.SAS)
	if err != nil {
		return
	}
	if ends := sas.Expiry(query); !ends.IsZero() && !ends.After(now) {
		diags.AddError("Signature has expired", fmt.Sprintf("%s: the shared access signature was valid until %s (se or ske). Make a new one.", what, ends.Format(time.RFC3339)))
	}
}

// checkFiles looks at the files on this machine, as far as they are known. One that
// is not there yet may be what another resource makes before this one is created.
func (m sourceModel) checkFiles(ctx context.Context, saveTo string, diags *diag.Diagnostics) {
	files, _ := knownTexts(ctx, m.Files, diags)
	for _, name := range files {
		if _, err := os.Stat(absolute(name)); err != nil {
			diags.AddWarning("File cannot be read yet", fmt.Sprintf("%s The summary fails unless the file is there when it is created.", tfkit.Sentence(fmt.Errorf("source.files: %w", err))))
		}
	}
	if saveTo == "" || len(files) == 0 || len(files) < len(m.Files.Elements()) {
		return
	}
	for _, name := range slices.DeleteFunc(keptNames(saveTo, inOrder(ctx, localInputs(files))), func(name string) bool { return name == "" }) {
		name = filepath.Join(saveTo, name)
		info, err := os.Lstat(name)
		if err != nil {
			continue
		}
		if err := checkReplaceable(name, info); err != nil {
			diags.AddAttributeError(path.Root("save_to"), "File cannot be replaced", tfkit.Sentence(err))
		}
	}
}
