package instancemetadata

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func storageProfileAttribute() schema.Attribute {
	return tfkit.ComputedObject("Image and disks of the machine.", map[string]schema.Attribute{
		"data_disks": dataDisksAttribute(),
		"image_reference": tfkit.ComputedObject("Image that the machine was made from.", map[string]schema.Attribute{
			"id":                         tfkit.ComputedText("ARM ID of a custom image."),
			"offer":                      tfkit.ComputedText("Offer of a marketplace image."),
			"publisher":                  tfkit.ComputedText("Publisher of a marketplace image."),
			"sku":                        tfkit.ComputedText("SKU of a marketplace image."),
			"version":                    tfkit.ComputedText("Version that was asked for, for example `latest`."),
			"exact_version":              tfkit.ComputedText("Version that the machine was made from."),
			"community_gallery_image_id": tfkit.ComputedText("ID of an image of a community gallery."),
			"shared_gallery_image_id":    tfkit.ComputedText("ID of an image of a shared gallery."),
		}),
		"os_disk": osDiskAttribute(),
		"resource_disk": tfkit.ComputedObject("Temporary disk.", map[string]schema.Attribute{
			"size_in_kb": tfkit.ComputedNumber("Size in kilobytes."),
		}),
	})
}

// diskAttributes are those that all disks have.
func diskAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":          tfkit.ComputedText("Name of the disk."),
		"caching":       tfkit.ComputedText("`None`, `ReadOnly` or `ReadWrite`."),
		"create_option": tfkit.ComputedText("How the disk was made: `Attach`, `Empty` or `FromImage`."),
		"disk_size_gb":  tfkit.ComputedNumber("Size in gigabytes."),
		"image": tfkit.ComputedObject("Source image of an unmanaged disk.", map[string]schema.Attribute{
			"uri": tfkit.ComputedText("URL of the image's blob."),
		}),
		"vhd": tfkit.ComputedObject("Virtual hard disk of an unmanaged disk.", map[string]schema.Attribute{
			"uri": tfkit.ComputedText("URL of the disk's blob."),
		}),
		"managed_disk": tfkit.ComputedObject("Managed disk.", map[string]schema.Attribute{
			"id":                   tfkit.ComputedText("ARM ID of the disk, in which the host often spells the resource group in capitals."),
			"storage_account_type": tfkit.ComputedText("Kind of storage, for example `Premium_LRS`."),
		}),
		"write_accelerator_enabled": tfkit.ComputedBool("Whether the write accelerator is on."),
	}
}

func osDiskAttribute() schema.Attribute {
	attributes := diskAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"os_type": tfkit.ComputedText("`Linux` or `Windows`."),
		"diff_disk_settings": tfkit.ComputedObject("Settings of an ephemeral disk.", map[string]schema.Attribute{
			"option": tfkit.ComputedText("`Local` for a disk on the host."),
		}),
		"encryption_settings": tfkit.ComputedObject("Settings of Azure Disk Encryption: where its keys are, not the keys.", map[string]schema.Attribute{
			"enabled": tfkit.ComputedBool("Whether the disk is encrypted."),
			"disk_encryption_key": tfkit.ComputedObject("Secret of a key vault that the disk is encrypted with.", map[string]schema.Attribute{
				"secret_url":   tfkit.ComputedText("URL of the secret."),
				"source_vault": resourceAttribute("The key vault."),
			}),
			"key_encryption_key": tfkit.ComputedObject("Key of a key vault that encrypts the secret.", map[string]schema.Attribute{
				"key_url":      tfkit.ComputedText("URL of the key."),
				"source_vault": resourceAttribute("The key vault."),
			}),
		}),
	})
	return tfkit.ComputedObject("Disk of the operating system.", attributes)
}

func dataDisksAttribute() schema.Attribute {
	attributes := diskAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"lun":                       tfkit.ComputedNumber("Logical unit number."),
		"is_ultra_disk":             tfkit.ComputedBool("Whether it is an ultra disk."),
		"is_shared_disk":            tfkit.ComputedBool("Whether several machines share an ultra disk; null for other disks."),
		"disk_capacity_bytes":       tfkit.ComputedNumber("Capacity of an ultra disk in bytes; null for other disks."),
		"bytes_per_second_throttle": tfkit.ComputedNumber("Bytes a second that an ultra disk is limited to; null for other disks."),
		"ops_per_second_throttle":   tfkit.ComputedNumber("Operations a second that an ultra disk is limited to; null for other disks."),
	})
	return tfkit.ComputedObjects("Disks besides that of the operating system.", attributes)
}
