// Panels of the machine and of its containers, for the board Infrastructure.
import { atMost, limits } from '../build/limits.js';
import { graph, stacked, stat, table } from '../build/panels.js';

const noNode = 'No node exporter is scraped. It comes with the Compose stack.';
const noContainers = 'No cAdvisor is scraped. It comes with the Compose stack.';

export const host = [
  stat(
    {
      title: 'CPU',
      description: 'Share of the machine’s cores that is busy. Red from 90 %, as the alert.',
      unit: 'percentunit',
      empty: noNode,
      limit: atMost(limits.resourceRatio),
    },
    { expr: 'max(instance:node_cpu:used_ratio_rate1m)' },
  ),
  stat(
    {
      title: 'Memory',
      description: 'Share of the machine’s memory that is in use and cannot be freed. Red from 90 %, as the alert.',
      unit: 'percentunit',
      empty: noNode,
      limit: atMost(limits.resourceRatio),
    },
    { expr: 'max(instance:node_memory:used_ratio)' },
  ),
  stat(
    {
      title: 'Disk',
      description: 'Share of the fullest file system that is used. Red from 90 %, as the alert.',
      unit: 'percentunit',
      empty: noNode,
      limit: atMost(limits.resourceRatio),
    },
    {
      expr: 'max(1 - node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs"} / node_filesystem_size_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs"})',
    },
  ),
  stat(
    {
      title: 'Load per core',
      description: 'Processes that run or wait for a core, per core, over a minute. Above 1, somebody waits.',
      unit: 'short',
      empty: noNode,
      limit: atMost(1.5),
      decimals: 2,
    },
    {
      expr: 'max(node_load1 / on (instance) count by (instance) (node_cpu_seconds_total{mode="idle"}))',
    },
  ),
  stat(
    {
      title: 'Cores',
      description: 'Cores of the machine.',
      unit: 'short',
      empty: noNode,
    },
    { expr: 'sum(count by (instance) (node_cpu_seconds_total{mode="idle"}))' },
  ),
  stat(
    {
      title: 'Memory of the machine',
      description: 'All there is.',
      unit: 'bytes',
      empty: noNode,
    },
    { expr: 'sum(node_memory_MemTotal_bytes)' },
  ),
  stacked(
    {
      title: 'CPU by what it does',
      description: 'Share of the machine’s cores, without idle.',
      unit: 'percentunit',
      empty: noNode,
      max: 1,
      width: 8,
    },
    {
      expr: 'avg by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))',
      legend: '{{mode}}',
    },
  ),
  graph(
    {
      title: 'Network of the machine',
      description: 'Bytes per second over all interfaces but loopback; sent is drawn below zero.',
      unit: 'Bps',
      empty: noNode,
      width: 8,
    },
    {
      expr: 'sum by (instance) (rate(node_network_receive_bytes_total{device!="lo"}[$__rate_interval]))',
      legend: 'received {{instance}}',
    },
    {
      expr: '-sum by (instance) (rate(node_network_transmit_bytes_total{device!="lo"}[$__rate_interval]))',
      legend: 'sent {{instance}}',
    },
  ),
  graph(
    {
      title: 'Disk traffic',
      description: 'Bytes read and written per second; written is drawn below zero.',
      unit: 'Bps',
      empty: noNode,
      width: 8,
    },
    { expr: 'sum by (instance) (rate(node_disk_read_bytes_total[$__rate_interval]))', legend: 'read {{instance}}' },
    {
      expr: '-sum by (instance) (rate(node_disk_written_bytes_total[$__rate_interval]))',
      legend: 'written {{instance}}',
    },
  ),
];

export const containers = [
  table(
    {
      title: 'Containers',
      description:
        'Each container of the stack: when it started, what it uses, and how near it is to its memory limit.',
      unit: 'short',
      empty: noContainers,
    },
    [
      { field: 'service', heading: 'Service' },
      { field: 'name', heading: 'Container' },
      { field: 'Value #A', heading: 'Up for', unit: 's' },
      { field: 'Value #B', heading: 'Last seen ago', unit: 's', limit: atMost(60) },
      { field: 'Value #C', heading: 'Cores', unit: 'short' },
      { field: 'Value #D', heading: 'Memory', unit: 'bytes' },
      { field: 'Value #E', heading: 'Of its limit', unit: 'percentunit', limit: atMost(limits.resourceRatio) },
    ],
    { expr: 'time() - max by (service, name) (container_start_time_seconds{service!=""})' },
    { expr: 'time() - max by (service, name) (container_last_seen{service!=""})' },
    { expr: 'sum by (service, name) (rate(container_cpu_usage_seconds_total{service!=""}[$__rate_interval]))' },
    { expr: 'max by (service, name) (container_memory_working_set_bytes{service!=""})' },
    { expr: 'max by (service, name) (name:container_memory:used_ratio)' },
  ),
  stacked(
    {
      title: 'CPU by service',
      description: 'Cores that the containers of a service use.',
      unit: 'short',
      empty: noContainers,
      width: 8,
    },
    { expr: 'service:container_cpu:cores_rate1m', legend: '{{service}}' },
  ),
  stacked(
    {
      title: 'Memory by service',
      description: 'Working set of the containers of a service. The stack as a whole is meant to stay below 4 GB.',
      unit: 'bytes',
      empty: noContainers,
      width: 8,
    },
    {
      expr: 'sum by (service) (container_memory_working_set_bytes{service!=""})',
      legend: '{{service}}',
    },
  ),
  graph(
    {
      title: 'Network by service',
      description: 'Bytes per second of the containers of a service; sent is drawn below zero.',
      unit: 'Bps',
      empty: noContainers,
      width: 8,
    },
    {
      expr: 'sum by (service) (rate(container_network_receive_bytes_total{service!=""}[$__rate_interval]))',
      legend: 'received {{service}}',
    },
    {
      expr: '-sum by (service) (rate(container_network_transmit_bytes_total{service!=""}[$__rate_interval]))',
      legend: 'sent {{service}}',
    },
  ),
  graph(
    {
      title: 'Memory against its limit',
      description: 'Share of the memory that a container may use. At 100 % the kernel ends it. Dashed: 90 %.',
      unit: 'percentunit',
      empty: noContainers,
      limit: atMost(limits.resourceRatio),
    },
    { expr: 'name:container_memory:used_ratio', legend: '{{name}}' },
  ),
  graph(
    {
      title: 'Restarts',
      description: 'How often the containers of a service were started anew within the last hour.',
      unit: 'short',
      empty: noContainers,
      limit: atMost(3),
    },
    {
      expr: 'sum by (service) (changes(container_start_time_seconds{service!=""}[1h]))',
      legend: '{{service}}',
    },
  ),
];
