package instancemetadata

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func computeAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"additional_capabilities": tfkit.ComputedObject("Features that are switched on.", map[string]schema.Attribute{
			"hibernation_enabled": tfkit.ComputedBool("Whether the machine can hibernate."),
		}),
		"extended_location": tfkit.ComputedObject("Edge zone of the machine.", map[string]schema.Attribute{
			"name": tfkit.ComputedText("Name of the edge zone."),
			"type": tfkit.ComputedText("Kind of the location, `EdgeZone`."),
		}),
		"host":       resourceAttribute("Dedicated host that the machine was placed on by its configuration."),
		"host_group": resourceAttribute("Group of dedicated hosts in which Azure chose the host; never together with `host`."),
		"os_profile": tfkit.ComputedObject("What the operating system was set up with.", map[string]schema.Attribute{
			"admin_username":                  tfkit.ComputedText("Name of the administrator."),
			"computer_name":                   tfkit.ComputedText("Host name."),
			"disable_password_authentication": tfkit.ComputedBool("Whether signing in takes an SSH key; null on Windows."),
		}),
		"plan": planAttribute("Purchase plan of the marketplace image."),
		"public_keys": tfkit.ComputedObjects("SSH keys that the machine was made with.", map[string]schema.Attribute{
			"key_data": tfkit.ComputedText("The public key."),
			"path":     tfkit.ComputedText("Path of the file on the machine that holds the key."),
		}),
		"security_profile": tfkit.ComputedObject("How the machine boots and encrypts.", map[string]schema.Attribute{
			"encryption_at_host":  tfkit.ComputedBool("Whether the host encrypts temporary disks and caches."),
			"secure_boot_enabled": tfkit.ComputedBool("Whether UEFI secure boot is on."),
			"security_type":       tfkit.ComputedText("`TrustedLaunch` or `ConfidentialVM`."),
			"virtual_tpm_enabled": tfkit.ComputedBool("Whether there is a virtual TPM."),
		}),
		"storage_profile":           storageProfileAttribute(),
		"virtual_machine_scale_set": resourceAttribute("Scale set of an instance with flexible orchestration; `vm_scale_set_name` names uniform ones."),
	}
	for _, part := range []map[string]schema.Attribute{identityAttributes(), placementAttributes(), sizeAttributes(), tagAttributes()} {
		maps.Copy(attributes, part)
	}
	return tfkit.ComputedObject("The virtual machine; null on classic ones.", attributes)
}

// identityAttributes say what the machine is and what runs on it.
func identityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":                  tfkit.ComputedText("Name of the virtual machine. An instance of a uniform scale set has a different name than its host name: see `hostname`."),
		"hostname":              tfkit.ComputedText("`os_profile.computer_name`, or `name` if that is not known."),
		"vm_id":                 tfkit.ComputedText("Unique ID that Azure gave the machine (a GUID)."),
		"resource_id":           tfkit.ComputedText("ARM ID of the virtual machine."),
		"resource_group_name":   tfkit.ComputedText("Resource group of the virtual machine."),
		"subscription_id":       tfkit.ComputedText("Subscription of the virtual machine."),
		"provider":              tfkit.ComputedText("Resource provider, `Microsoft.Compute`."),
		"os_type":               tfkit.ComputedText("`Linux` or `Windows`."),
		"offer":                 tfkit.ComputedText("Offer of the marketplace image; null for custom images."),
		"publisher":             tfkit.ComputedText("Publisher of the marketplace image; null for custom images."),
		"sku":                   tfkit.ComputedText("SKU of the marketplace image; null for custom images."),
		"version":               tfkit.ComputedText("Version of the marketplace image; null for custom images."),
		"license_type":          tfkit.ComputedText("License of the Azure Hybrid Benefit, for example `Windows_Server`."),
		"vm_scale_set_name":     tfkit.ComputedText("Scale set of an instance with uniform orchestration."),
		"is_scale_set_instance": tfkit.ComputedBool("Whether the machine belongs to a scale set; null if the api-version does not say."),
	}
}

// placementAttributes say where the machine is.
func placementAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"location":                  tfkit.ComputedText("Region in lower case without spaces, for example `westeurope`."),
		"location_raw":              tfkit.ComputedText("Region as the host spells it."),
		"az_environment":            tfkit.ComputedText("Azure cloud as the host spells it, for example `AzurePublicCloud` or `AZUREPUBLICCLOUD`."),
		"environment":               tfkit.ComputedText("Azure cloud in one spelling: `public`, `usgovernment`, `china`, `german` or `azurestack`."),
		"zone":                      tfkit.ComputedText("Availability zone, for example `1`; null in none."),
		"physical_zone":             tfkit.ComputedText("Physical zone, for example `westeurope-AZ01`: unlike `zone`, the same for all subscriptions."),
		"placement_group_id":        tfkit.ComputedText("Placement group of a scale set's instance."),
		"platform_fault_domain":     tfkit.ComputedNumber("Fault domain."),
		"platform_sub_fault_domain": tfkit.ComputedNumber("Fault domain within the fault domain."),
		"platform_update_domain":    tfkit.ComputedNumber("Update domain."),
	}
}

// sizeAttributes say what the machine has and costs.
func sizeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"vm_size":                        tfkit.ComputedText("Size, for example `Standard_D2s_v5`."),
		"priority":                       tfkit.ComputedText("`Regular`, `Spot` or `Low`."),
		"is_spot":                        tfkit.ComputedBool("Whether the machine can be evicted: `priority` is `Spot` or `Low`; null if the api-version does not say."),
		"eviction_policy":                tfkit.ComputedText("What eviction does to a Spot machine: `Deallocate` or `Delete`."),
		"is_host_compatibility_layer_vm": tfkit.ComputedBool("Whether the machine runs on the host compatibility layer."),
	}
}

func tagAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"tags": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Tags of the virtual machine. Instances of scale sets may show old ones until they are restarted.",
		},
		"tags_raw": tfkit.ComputedText("Tags as one text, `name:value;name:value`."),
		"tags_ambiguous": tfkit.ComputedBool("Whether `tags` had to be taken from `tags_raw` (api-versions before `2019-06-04`), in which names and values " +
			"with a colon or semicolon are ambiguous, and some have one."),
	}
}

func resourceAttribute(description string) schema.Attribute {
	return tfkit.ComputedObject(description, map[string]schema.Attribute{"id": tfkit.ComputedText("ARM ID.")})
}

func planAttribute(description string) schema.Attribute {
	return tfkit.ComputedObject(description, map[string]schema.Attribute{
		"name":      tfkit.ComputedText("Name of the plan."),
		"product":   tfkit.ComputedText("Product of the plan."),
		"publisher": tfkit.ComputedText("Publisher of the plan."),
	})
}
