/**
 * The two times of an exchange. Closed loads have equal ones unless pacing slips, so response time shares the service
 * time's histogram until the first value that differs: half the memory and half the work where it is most common.
 */
import { Histogram } from './histogram.js';

export class Times {
  private serviceTimes: Histogram;
  private responseTimes: Histogram;

  constructor(service = new Histogram(), response = service) {
    this.serviceTimes = service;
    this.responseTimes = response;
  }

  /** Request sent to last byte. */
  get service(): Histogram {
    return this.serviceTimes;
  }

  /** Intended start to last byte. The same object as `service` while no value has differed: never change it. */
  get response(): Histogram {
    return this.responseTimes;
  }

  get shared(): boolean {
    return this.responseTimes === this.serviceTimes;
  }

  record(serviceUs: number, responseUs: number): void {
    if (serviceUs !== responseUs || !this.shared) {
      this.part();
      this.responseTimes.record(responseUs);
    }
    this.serviceTimes.record(serviceUs);
  }

  merge(other: Times): this {
    if (!other.shared || !this.shared) {
      this.part();
      this.responseTimes.merge(other.responseTimes);
    }
    this.serviceTimes.merge(other.serviceTimes);
    return this;
  }

  /** See `Histogram.subtract`. */
  subtract(earlier: Times): Times {
    const service = this.serviceTimes.subtract(earlier.serviceTimes);
    if (this.shared && earlier.shared) return new Times(service);
    return new Times(service, this.responseTimes.subtract(earlier.responseTimes));
  }

  covers(earlier: Times): boolean {
    if (!this.serviceTimes.covers(earlier.serviceTimes)) return false;
    return (this.shared && earlier.shared) || this.responseTimes.covers(earlier.responseTimes);
  }

  clone(): Times {
    const service = this.serviceTimes.clone();
    return this.shared ? new Times(service) : new Times(service, this.responseTimes.clone());
  }

  private part(): void {
    if (this.shared) this.responseTimes = this.serviceTimes.clone();
  }
}
