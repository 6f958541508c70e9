package provider

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
)

// clients is what Configure hands to resources, data sources and the rest.
// Each service asks for its own client through an interface of its own. All
// clients exist once per provider process, so that they can share what they
// read, and none does any I/O before it is used.
type clients struct {
	settings         settings
	azureSession     *azure.Session
	networkWatcher   *networkwatcher.Client
	edgeCapture      *edgecapture.Client
	instanceMetadata *imds.Client
	cfw              *cfw.Client
	objectStorage    *obs.Client
	readingTurns     *process.Turns
}

func newClients(s settings) *clients {
	session, huaweiCloud := azure.NewSession(s.azure), huaweicloud.NewSession(s.huaweiCloud)
	return &clients{
		settings:       s,
		azureSession:   session,
		networkWatcher: networkwatcher.NewClient(session, session.Clock()),
		edgeCapture:    edgecapture.NewClient(session, session.Clock()),
		instanceMetadata: imds.NewClient(imds.Config{
			Endpoint: s.azure.Endpoints.InstanceMetadata, UserAgent: s.azure.UserAgent, Log: s.azure.Log,
		}, session.Clock()),
		cfw:           cfw.New(huaweiCloud, cfw.DefaultPace()),
		objectStorage: obs.NewClient(huaweiCloud.HTTPClient(), huaweiCloud.Clock()),
		readingTurns:  process.NewTurns(),
	}
}

// NetworkWatcher returns the client for packet captures, or what is wrong
// with the provider's Azure settings.
func (c *clients) NetworkWatcher() (*networkwatcher.Client, error) {
	return c.networkWatcher, c.settings.azureErr
}

// EdgeCapture returns the client for captures of firewalls and VPN gateways, or
// what is wrong with the provider's Azure settings.
func (c *clients) EdgeCapture() (*edgecapture.Client, error) {
	return c.edgeCapture, c.settings.azureErr
}

// AzureCaptureSASURL returns the environment's container for captures of
// firewalls and VPN gateways; it may be empty.
func (c *clients) AzureCaptureSASURL() string { return c.settings.captureSASURL }

// AzureSession returns credentials and endpoints of Azure, or what is wrong
// with the provider's Azure settings.
func (c *clients) AzureSession() (*azure.Session, error) {
	return c.azureSession, c.settings.azureErr
}

// LogAnalyticsSharedKeys returns the shared keys of the environment; either
// may be empty.
func (c *clients) LogAnalyticsSharedKeys() (primary, secondary string) {
	return c.settings.logAnalyticsKeys[0], c.settings.logAnalyticsKeys[1]
}

// AzureSubscriptionID returns the provider's subscription; it may be empty.
func (c *clients) AzureSubscriptionID() string { return c.settings.azure.SubscriptionID }

// InstanceMetadata returns the client for the metadata of the machine, or
// what is wrong with its endpoint. It needs none of the other Azure settings.
func (c *clients) InstanceMetadata() (*imds.Client, error) {
	return c.instanceMetadata, c.settings.instanceMetadataErr
}

// CFW returns the client for firewall capture tasks, or what is wrong with
// the provider's Huawei Cloud settings.
func (c *clients) CFW() (*cfw.Client, error) { return c.cfw, c.settings.huaweiCloudErr }

// ObjectStorage returns the client that downloads by signed links, which needs no
// settings.
func (c *clients) ObjectStorage() *obs.Client { return c.objectStorage }

// ReadingTurns lets captures be read one after another: each takes most of the
// memory that the provider may take.
func (c *clients) ReadingTurns() *process.Turns { return c.readingTurns }

// HuaweiCloudRegion returns the provider's region; it may be empty.
func (c *clients) HuaweiCloudRegion() string { return c.settings.huaweiCloud.Region }

// HuaweiCloudEnterpriseProjectID returns the provider's enterprise project;
// it may be empty.
func (c *clients) HuaweiCloudEnterpriseProjectID() string {
	return c.settings.huaweiCloud.EnterpriseProjectID
}
