package messages

import (
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// Names in configurations that stand for what a simulated cloud has.
const (
	subscription = "{subscription}"
	watcher      = "{watcher}"
	machine      = "{machine}"
	noAgent      = "{machine without agent}"
	scaleSet     = "{scale set}"
	account      = "{account}"
	farAccount   = "{account in another region}"
	workspace    = "{workspace}"
	workspaceKey = "{key}"
	otherKey     = "{other key}"
	endpoint     = "{logs ingestion endpoint}"
	firewall     = "{firewall}"
)

// inCloud returns a configuration with the names of a cloud's inventory.
func inCloud(cloud *cloudsim.Cloud, config acctest.Config) acctest.Config {
	if config == nil {
		return nil
	}
	seeded := cloud.ARM.Seeded()
	primary, secondary, _ := cloud.LogStore.Keys(logstore.SeededWorkspaceID)
	names := strings.NewReplacer(subscription, seeded.SubscriptionID, watcher, seeded.NetworkWatcherID, machine, seeded.VMID, noAgent, seeded.VMWithoutAgentID,
		scaleSet, seeded.VMSSID, account, seeded.StorageAccountID, farAccount, seeded.OtherStorageAccountID,
		workspace, logstore.SeededWorkspaceID, workspaceKey, primary, otherKey, secondary, endpoint, cloud.Lookup("CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"),
		firewall, cloud.CFW.FirewallID(),
		azureFirewall, seeded.FirewallID, noManagement, seeded.FirewallWithoutManagementID, gateway, seeded.SingleVPNGatewayID, policyBased, seeded.PolicyBasedVPNGatewayID,
		captureStorage, cloud.Lookup("CLOUDTAP_SIM_CAPTURE_CONTAINER_SAS_URL"))
	named, _ := renamed(names, config).(acctest.Config)
	return named
}

func renamed(names *strings.Replacer, value any) any {
	switch value := value.(type) {
	case string:
		return names.Replace(value)
	case acctest.Config:
		changed := acctest.Config{}
		for name, member := range value {
			changed[name] = renamed(names, member)
		}
		return changed
	case []any:
		changed := make([]any, 0, len(value))
		for _, element := range value {
			changed = append(changed, renamed(names, element))
		}
		return changed
	}
	return value
}

// The configurations that mistakes change.
func goodCapture() acctest.Config {
	return acctest.Config{"name": "web", "network_watcher_id": watcher, "target_id": machine, "storage_location": acctest.Config{"storage_account_id": account}}
}

func goodCollector() acctest.Config {
	return acctest.Config{"workspace_id": workspace, "log_type": "PacketCapture", "shared_key_wo": workspaceKey}
}

func goodIngest() acctest.Config {
	return acctest.Config{"data_collector": goodCollector(), "records": `[{"Name":"web"}]`}
}

func goodStream() acctest.Config {
	return acctest.Config{"endpoint": endpoint, "rule_id": logsingestion.SeededRuleID, "stream": logsingestion.SeededStream}
}

func goodUpload() acctest.Config {
	return acctest.Config{"logs_ingestion": goodStream(), "records": `[{"Name":"web"}]`}
}
